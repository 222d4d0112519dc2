/**
 * The public face: one import for the whole road from source text to trained, certified source text. The rooms have their own
 * subpaths (`sutra-lang/syntax`, `/ir`, `/train`, `/decompile`, `/interop`, `/prove`, `/verify`, `/backends/reference`,
 * `/backends/wasm`, `/backends/wasm/threads`, `/runtime`).
 */
export { type Artefact, buildArtefact, type Subject, subjectOf, type Target } from './artefact/index.ts';
export type { Backend, Executable, Resident, RunResult, Updates } from './backends/backend.ts';
export { Halt } from './backends/halt.ts';
export { reference } from './backends/reference.ts';
export { wasm } from './backends/wasm/index.ts';
export {
  serveThread,
  type ThreadHost,
  type ThreadsBackend,
  wasmThreads,
} from './backends/wasm/threads/index.ts';
export { printCertificate } from './decompile/certificate.ts';
export * from './road.ts';
export { applyEdits, type Edit } from './text/edits.ts';
export type { Label, Problem } from './text/problem.ts';
export type { Result } from './text/result.ts';
export { type Source, type Span, span, textOf } from './text/span.ts';
export { tableOf } from './train/rows.ts';
