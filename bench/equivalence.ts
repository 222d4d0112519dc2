/**
 * Nearness of the ten pruned ACAS Xu networks to their originals (VNN-COMP, two networks in one specification):
 * `node bench/run.mjs bench/equivalence.ts [--data FOLDER] [--limit SECONDS] [--only TEXT] [--write]`.
 * Each specification is decided as it is written, which is that some input keeps the outputs within epsilon, and as its text means it,
 * that no input lets them differ by more. Beside that stands a bracket of the largest difference: the largest one that was run, and the least bound
 * that is proved within the limit, by splitting the box at which the bound is largest. Time is processor time.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { wasm } from '../src/backends/wasm/index.ts';
import { importOnnx, readVnnlib, type Specification, withConstants } from '../src/interop/index.ts';
import type { Graph, ValueId } from '../src/ir/graph.ts';
import { randomStream } from '../src/num/random.ts';
import { ready } from '../src/passes/index.ts';
import { boxOf } from '../src/prove/claims.ts';
import { type Named, type Proof, proveSpecification } from '../src/prove/index.ts';
import { joined } from '../src/prove/joined.ts';
import { must, type Result } from '../src/text/result.ts';
import { attack } from '../src/verify/attack.ts';
import { type Analysis, type Bounder, boundsOf } from '../src/verify/bounds.ts';
import { sideBySide } from '../src/verify/difference.ts';
import { type Ends, openNet, spreadOut } from '../src/verify/index.ts';
import { writeResults } from './results.ts';

const { values: options } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data/vnncomp' },
    limit: { type: 'string', default: '60' },
    only: { type: 'string', default: '' },
    write: { type: 'boolean', default: false },
  },
});
const folder = join(options.data, 'acasxu_pruned_equiv_2026');
const limit = Number(options.limit);

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.problems.map((p) => `${p.id} ${p.title}: ${p.help}`).join('\n'));
  return result.value;
}

/** Processor seconds since it was made. */
function clock(): () => number {
  const from = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(from);
    return (user + system) / 1e6;
  };
}

interface Pair {
  readonly name: string;
  readonly networks: readonly [Named, Named];
  readonly file: string;
  readonly text: string;
}

const network = (path: string): Named => {
  const file = join(folder, path);
  return { ...value(importOnnx(new Uint8Array(readFileSync(file)), { file })), file };
};

/** `"[('f', 'onnx/...'), ('g', 'onnx/...')]",./vnnlib/...,100` */
function pairOf(line: string): Pair {
  const [f, g] = [...line.matchAll(/'(onnx\/[^']+)'/g)].map((m) => must(m[1]));
  const file = must(/,([^,]+\.vnnlib),/.exec(line)?.[1]);
  return {
    name: must(g).replace(/.*run2a_|_batch_2000|\.onnx/g, ''),
    networks: [network(must(f)), network(must(g))],
    file,
    text: readFileSync(join(folder, file), 'utf8'),
  };
}

const NEAR = /\(assert \(and \(<= (Y_g\[\d\]) \(\+ (Y_f\[\d\]) ([\d.]+)\)\) \(>= .*\n/g;

/** The specification that asks for an input at which some output differs by more. */
function turned(text: string): string {
  const apart = [...text.matchAll(NEAR)].map(([, g, f, e]) => `(> ${g} (+ ${f} ${e})) (< ${g} (- ${f} ${e}))`);
  return `${text.replace(NEAR, '')}(assert (or ${apart.join(' ')}))\n`;
}

const epsilonOf = (text: string): number => Number([...text.matchAll(NEAR)][0]?.[3]);

function decided({ networks, file }: Pair, text: string): { readonly proof: Proof; readonly seconds: number } {
  const spent = clock();
  const spec = value(readVnnlib({ name: file, text }));
  const settings = { backend: wasm, random: randomStream(0, 0).uniform, goOn: () => spent() < limit };
  return { proof: value(proveSpecification(spec, networks, settings)), seconds: spent() };
}

/** A box that is left, with bounds of both sides of the difference, the larger of them in size, and what is known of its values. */
interface Open {
  readonly box: readonly Ends[];
  readonly bound: number;
  readonly known: Analysis['ends'] | undefined;
  /** The input element to cut. */
  readonly element: number;
}

interface Sides {
  readonly less: ValueId;
  readonly value: ValueId;
  readonly size: number;
}

/** The difference over a box: its bound, and the input that the row of that bound depends on most. */
function look({ analyse }: Bounder, sides: Sides, box: readonly Ends[], before: Open | undefined): Open {
  const most = before?.bound ?? Infinity;
  const found = analyse(box, before?.known);
  const { lo, hi } = must(box[0]);
  const n = lo.length;
  const wide = { box, bound: most, known: before?.known, element: lo.indexOf(Math.max(...lo)) };
  if (!found) return wide;
  const { size } = sides;
  const coefficients = new Float64Array(2 * size * size);
  for (let r = 0; r < 2 * size; r++) coefficients[r * size + (r % size)] = r < size ? 1 : -1;
  const { bounds, inputs } = found.lower({ ...sides, count: 2 * size, coefficients });
  const worst = bounds.indexOf(Math.min(...bounds));
  const slopes = must(inputs[0]).subarray(worst * n, (worst + 1) * n);
  const row = coefficients.slice(worst * size, (worst + 1) * size);
  const reach = must(found.reach({ value: sides.value, count: 1, coefficients: row })[0]);
  const weights = Array.from(slopes, (s, j) => (Math.abs(s) + 0.01 * must(reach[j])) * (must(hi[j]) - must(lo[j])));
  return {
    box,
    bound: Math.min(most, -must(bounds[worst])),
    known: found.ends,
    element: weights.indexOf(Math.max(...weights)),
  };
}

function halvesOf({ box, element }: Open): readonly (readonly Ends[])[] {
  const { lo, hi } = must(box[0]);
  const cut = (must(lo[element]) + must(hi[element])) / 2;
  const [less, more] = [hi.slice(), lo.slice()];
  less[element] = cut;
  more[element] = cut;
  return [[{ lo, hi: less }], [{ lo: more, hi }]];
}

/** The least bound of |g - f| that is proved within the limit, and of how many boxes. */
function proved(graph: Graph, box: readonly Ends[]): { readonly bound: number; readonly boxes: number } {
  const spent = clock();
  const net = openNet(spreadOut(graph), new Map());
  const bounder = boundsOf(net);
  const [less, other] = [must(net.outputs[0]), must(net.outputs[1])];
  const sides: Sides = { less, value: other, size: net.sizeOf(other) };
  let boxes = 1;
  const open = [look(bounder, sides, box, undefined)];
  while (spent() < limit) {
    const worst = must(open.pop());
    for (const half of halvesOf(worst)) {
      const made = look(bounder, sides, half, worst);
      const at = open.findIndex((o) => o.bound > made.bound);
      open.splice(at < 0 ? open.length : at, 0, made);
      boxes++;
    }
  }
  return { bound: must(open.at(-1)).bound, boxes };
}

/** The largest |g - f| that was run. */
function largest(graph: Graph, box: readonly Ends[]): number {
  const { resident } = wasm.compile(ready(graph));
  const random = randomStream(1, 0).uniform;
  const [f, g] = [must(resident.outputs[0]), must(resident.outputs[1])];
  const run = (point: readonly Float32Array[]): Float64Array => {
    must(resident.inputs[0]).set(must(point[0]));
    resident.step();
    return Float64Array.from(g, (y, k) => y - must(f[k]));
  };
  const far = 1e6;
  const rows = Array.from(g, (_, k) => [1, -1].map((sign) => Float64Array.from(g, (_y, j) => (j === k ? sign : 0))));
  const found = rows.flat().map((coefficients) => {
    const claim = { unsafe: [[{ coefficients, at: far, strict: false }]] };
    const { point } = attack(box, claim, { run, random, runs: 4000, goOn: () => true });
    return Math.max(...run(point).map(Math.abs));
  });
  return Math.max(...found);
}

const show = (x: number): string => x.toPrecision(3).replace(/^(\d+)\.0+$/, '$1');
const WORDS: Readonly<Record<Proof['answer'], string>> = {
  sat: 'not near',
  unsat: 'near',
  unknown: 'unknown',
  vacuous: 'vacuous',
};

function boxIn(spec: Specification, networks: Pair['networks']): readonly Ends[] {
  const one = must(spec.cases[0]);
  return boxOf(one, value(joined(spec, one, networks)));
}

function row(pair: Pair): string {
  const written = decided(pair, pair.text);
  const meant = decided(pair, turned(pair.text));
  const box = boxIn(value(readVnnlib({ name: pair.file, text: turned(pair.text) })), pair.networks);
  const [f, g] = pair.networks.map(withConstants);
  const graph = sideBySide(must(f), must(g));
  const most = largest(graph, box);
  const { bound, boxes } = proved(graph, box);
  const epsilon = epsilonOf(pair.text);
  if (bound < most) throw new Error(`${pair.name}: a difference of ${most} was run, and ${bound} is proved`);
  if (meant.proof.answer === 'unsat' && most > epsilon) throw new Error(`${pair.name}: near, but ${most} was run`);
  return `| ${pair.name} | ${epsilon} | ${written.proof.answer} (${written.proof.witness?.inside ?? 'no witness'}), ${show(written.seconds)} s | ${WORDS[meant.proof.answer]}, ${show(meant.seconds)} s | ${show(most)} | ${show(bound)} (${boxes} boxes) |\n`;
}

const pairs = readFileSync(join(folder, 'instances.csv'), 'utf8')
  .trim()
  .split(/\r?\n/)
  .filter((line) => line.includes(options.only))
  .map(pairOf);
const body = pairs.map((pair) => {
  const text = row(pair);
  process.stdout.write(text);
  return text;
});
const table = `| pair | epsilon | as written | as meant | largest difference run | least bound proved |\n|${'---|'.repeat(6)}\n${body.join('')}\nLimit ${options.limit} s of processor time each, one thread.\n`;
if (options.write) writeResults('equivalence', table);
