/** A function of a program as the files of a target. The same program gives the same bytes. */
import { utf8Encode } from '../num/bytes.ts';
import { sha256 } from '../num/sha256.ts';
import { ok, type Result } from '../text/result.ts';
import { cFiles } from './c-file.ts';
import { wasmFile } from './machine.ts';
import { printManifest } from './manifest.ts';
import { scriptFile, typesFile } from './script-file.ts';
import type { Subject } from './subject.ts';
import type { ArtefactFile, Target } from './targets.ts';

export interface Artefact {
  readonly target: Target;
  /** The manifest last. */
  readonly files: readonly ArtefactFile[];
  /** Bytes of memory that a loaded model works in. */
  readonly memory: number;
}

export const MANIFEST = 'manifest.json';

/** `version`: of the compiler, for the manifest. */
export function buildArtefact(subject: Subject, target: Target, version: string): Result<Artefact> {
  const made = MAKE[target](subject);
  if (!made.ok) return made;
  const { files, memory } = made.value;
  const listed = files.map(({ name, content }) => {
    const bytes = bytesOf(content);
    return { name, bytes: bytes.length, sha256: sha256(bytes) };
  });
  const manifest = { name: MANIFEST, content: printManifest({ target, version, files: listed, memory }, subject) };
  return ok({ target, files: [...files, manifest], memory });
}

export const bytesOf = (content: string | Uint8Array): Uint8Array =>
  typeof content === 'string' ? utf8Encode(content) : content;

type Made = Result<{ readonly files: readonly ArtefactFile[]; readonly memory: number }>;

const MAKE: { readonly [T in Target]: (subject: Subject) => Made } = {
  wasm(subject) {
    const made = wasmFile(subject);
    if (!made.ok) return made;
    const { bytes, memory } = made.value;
    const files = [
      { name: 'model.wasm', content: bytes },
      { name: 'model.js', content: scriptFile(subject) },
      { name: 'model.d.ts', content: typesFile(subject, false) },
    ];
    return ok({ files, memory });
  },
  js(subject) {
    const made = wasmFile(subject);
    if (!made.ok) return made;
    const { bytes, memory } = made.value;
    const files = [
      { name: 'model.js', content: scriptFile(subject, bytes) },
      { name: 'model.d.ts', content: typesFile(subject, true) },
    ];
    return ok({ files, memory });
  },
  c(subject) {
    const { prefix, header, source, memory } = cFiles(subject);
    const files = [
      { name: `${prefix}.h`, content: header },
      { name: `${prefix}.c`, content: source },
    ];
    return ok({ files, memory });
  },
};
