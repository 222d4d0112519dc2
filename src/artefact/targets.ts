/** The forms an artefact can have, and what an artefact is: files, and a check of them. */
export const TARGETS = ['wasm', 'js', 'c'] as const;
export type Target = (typeof TARGETS)[number];

/** Targets that the command line has a place for and this version has not. */
export const LATER_TARGETS = ['onnx', 'torch'] as const;

export interface ArtefactFile {
  readonly name: string;
  readonly content: string | Uint8Array;
}
