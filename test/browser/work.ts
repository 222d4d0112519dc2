/**
 * What Node and a page both do, to compare: compile, build and run, and give a hash of all bits of the results. No part of it knows
 * where it runs.
 */
import { buildArtefact, bytesOf, inputValue, type Subject, subjectOf, trialsOf } from '../../src/artefact/index.ts';
import { sampleInputs } from '../../src/artefact/samples.ts';
import { type Backend, compile, type Host, reference, wasm } from '../../src/index.ts';
import type { Graph } from '../../src/ir/graph.ts';
import type { OpName } from '../../src/ir/vocabulary.ts';
import { sha256 } from '../../src/num/sha256.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import { ready } from '../../src/passes/index.ts';
import { must } from '../../src/text/result.ts';
import { randomProgram } from '../fuzz/program.ts';
import { random } from '../fuzz/random.ts';
import { anyInputs, anyParams, randomGraph } from '../random-graph.ts';

/** Names of pieces of work to hashes of their results. */
export type Hashes = Record<string, string>;

/** Bits as they came; all NaNs are one. */
function hasher() {
  const parts: string[] = [];
  return {
    text: (text: string): void => void parts.push(text),
    floats(data: Float32Array): void {
      const words = new Uint32Array(data.slice().buffer);
      for (let i = 0; i < data.length; i++) if (Number.isNaN(data[i])) words[i] = 0x7fc00000;
      parts.push(sha256(new Uint8Array(words.buffer)));
    },
    done: (): string => sha256(new TextEncoder().encode(parts.join('\n'))),
  };
}

/** Every function of the examples: hashes of graphs, of the bytes of their artefacts, and of results of compiled and interpreted runs. */
export function examplesWork(programs: readonly string[], host: Host): Hashes {
  const hashes: Hashes = {};
  for (const name of programs)
    for (const subject of subjectsOf(name, host)) {
      const h = hasher();
      h.text(JSON.stringify(subject.hashes));
      const artefact = buildArtefact(subject, 'js', '0.0.0');
      if (!artefact.ok) throw new Error(`${name} is not built`);
      for (const file of artefact.value.files) h.text(sha256(bytesOf(file.content)));
      const compiled = wasm.compile(ready(subject.source));
      for (const { inputs, outputs } of trialsOf(subject, 20)) {
        outputs.forEach(h.floats);
        compiled.run(inputs, subject.params).outputs.forEach(h.floats);
      }
      hashes[`${name}:${subject.function}`] = h.done();
    }
  return hashes;
}

export function subjectsOf(name: string, host: Host): readonly Subject[] {
  const text = new TextDecoder().decode(must(host.read(name), name));
  const compiled = compile({ name, text }, host);
  if (!compiled.ok) throw new Error(`${name} does not compile`);
  const { entries, module, program } = compiled.value;
  return entries.map((entry) => subjectOf({ module, entry, params: program.params }));
}

const GROUP = 25;

/** Random graphs, raw and after the passes, interpreted and compiled. */
export function graphsWork(count: number): Hashes {
  const hashes: Hashes = {};
  for (let first = 0; first < count; first += GROUP) {
    const h = hasher();
    for (let seed = first; seed < first + GROUP; seed++) {
      const graph = randomGraph(seed);
      const r = random(seed);
      const [inputs, params] = [anyInputs(r, graph, true), anyParams(r, graph, true)];
      const runs: readonly (readonly [Backend, Graph])[] = [
        [reference, graph],
        [wasm, graph],
        [wasm, ready(graph)],
      ];
      for (const [backend, g] of runs) backend.compile(g).run(inputs, params).outputs.forEach(h.floats);
    }
    hashes[`graphs ${first}`] = h.done();
  }
  return hashes;
}

/** Random programs from their text. */
export function programsWork(count: number): Hashes {
  const hashes: Hashes = {};
  for (let seed = 0; seed < count; seed++) {
    const h = hasher();
    const bytes = new TextEncoder().encode(randomProgram(seed));
    for (const subject of subjectsOf('program.su', { read: (path) => (path === 'program.su' ? bytes : undefined) })) {
      h.text(JSON.stringify(subject.hashes));
      const compiled = wasm.compile(subject.graph);
      for (const inputs of sampleInputs(subject.inputs, 5)) compiled.run(inputs, new Map()).outputs.forEach(h.floats);
    }
    hashes[`program ${seed}`] = h.done();
  }
  return hashes;
}

const UNARY = [
  'exp',
  'log',
  'tanh',
  'sigmoid',
  'softplus',
  'sin',
  'cos',
  'erf',
  'sqrt',
  'round',
  'floor',
] as const satisfies readonly OpName[];
const BINARY = ['pow', 'div'] as const satisfies readonly OpName[];
const CHUNK = 65536;
/** Steps over the bit patterns of all floats that meet every exponent. */
const STRIDES = [0x9e3779b1, 0x85ebca77] as const;

/** Every elementary function on so many floats of every kind; interpreted on the first of them. */
export function elementaryWork(chunks: number): Hashes {
  const hashes: Hashes = {};
  for (const op of [...UNARY, ...BINARY]) {
    const b = graphBuilder();
    const isBinary = op === 'pow' || op === 'div';
    const args = (isBinary ? ['x', 'y'] : ['x']).map((name) => b.input(name, [CHUNK]));
    const graph = b.finish([{ name: 'result', value: b.op(op, args, {} as never) }]);
    const [slow, quick] = [reference.compile(graph), wasm.compile(graph)];
    const h = hasher();
    for (let chunk = 0; chunk < chunks; chunk++) {
      const inputs = args.map((_, i) => floatsFrom(chunk, must(STRIDES[i])));
      if (chunk === 0) slow.run(inputs, new Map()).outputs.forEach(h.floats);
      quick.run(inputs, new Map()).outputs.forEach(h.floats);
    }
    hashes[op] = h.done();
  }
  return hashes;
}

function floatsFrom(chunk: number, stride: number): Float32Array {
  const words = new Uint32Array(CHUNK);
  for (let i = 0; i < CHUNK; i++) words[i] = Math.imul(chunk * CHUNK + i, stride);
  return new Float32Array(words.buffer);
}

/** A built model on sampled inputs: the bits in its memory, and its values as text. */
export interface BuiltModel {
  run(inputs: unknown): unknown;
  runAll(rows: readonly unknown[]): unknown[];
  readonly raw: { readonly outputs: Readonly<Record<string, Float32Array>> };
}

export function modelWork(subject: Pick<Subject, 'inputs'>, model: BuiltModel): string {
  const h = hasher();
  const rows = sampleInputs(subject.inputs, 70).map((leaves) => inputValue(subject.inputs, leaves));
  const values = rows.map((inputs) => {
    const value = model.run(inputs);
    Object.values(model.raw.outputs).forEach(h.floats);
    return value;
  });
  h.text(JSON.stringify(values));
  h.text(JSON.stringify(model.runAll(rows)));
  return h.done();
}
