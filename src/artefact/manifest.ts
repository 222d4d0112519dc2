/** Prints `manifest.json`: what an artefact is, for people and for tools that never run it. */
import type { Subject } from './subject.ts';
import type { Target } from './targets.ts';

export interface ManifestFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface ManifestOf {
  readonly target: Target;
  /** Of the compiler. */
  readonly version: string;
  readonly files: readonly ManifestFile[];
  /** Bytes that a loaded model works in. */
  readonly memory: number;
}

/** A file that another artefact may be written over is known by this. */
export const MADE_BY = 'sutra build';

export function printManifest({ target, version, files, memory }: ManifestOf, subject: Subject): string {
  const { docs, hashes, inputs, output, graph } = subject;
  const manifest = {
    v: 1,
    by: MADE_BY,
    version,
    target,
    program: subject.program,
    function: subject.function,
    ...(docs.fn(subject.function) && { doc: docs.fn(subject.function) }),
    graph: hashes.graph,
    parameters: hashes.parameters,
    id: hashes.id,
    inputs: inputs.map((input) => {
      const doc = docs.input(subject.function, input.name);
      return { ...input, ...(doc && { doc }) };
    }),
    output,
    alarms: graph.alarms.map((a) => a.message),
    memory,
    files,
  };
  return `${JSON.stringify(manifest, (_, value: unknown) => (isInfinite(value) ? `${value < 0 ? '-' : ''}inf` : value), 2)}\n`;
}

/** JSON has no word for it; a string is what the command line writes too. */
const isInfinite = (value: unknown): value is number => value === Infinity || value === -Infinity;
