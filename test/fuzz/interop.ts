/**
 * Damaged ONNX files and VNN-LIB texts: whatever is changed, reading ends soon, throws nothing, and gives a network that
 * can be printed or a Problem. Driven by a seed.
 */
import { decode } from '../../src/interop/onnx/decode.ts';
import { type Draft, encode } from '../../src/interop/onnx/encode.ts';
import { importOnnx } from '../../src/interop/onnx/index.ts';
import { RULES } from '../../src/interop/onnx/rules/index.ts';
import { MODEL } from '../../src/interop/onnx/schema.ts';
import { readVnnlib } from '../../src/interop/vnnlib/index.ts';
import { printGraph } from '../../src/ir/print.ts';
import { renderProblems } from '../../src/text/render.ts';
import { type Random, random } from './random.ts';

const LARGE = [0x7f, 0x80, 0xff, 0x00, 0x01, 0x40];

/** A few bytes changed, cut out, doubled, or a length blown up. */
export function mutateBytes(r: Random, bytes: Uint8Array): Uint8Array {
  let made = [...bytes];
  for (let n = 1 + r.below(4); n > 0; n--) {
    const at = r.below(made.length + 1);
    const kind = r.below(7);
    if (kind === 0) made[at] = r.below(256);
    else if (kind === 1) made[at] = (made[at] ?? 0) ^ (1 << r.below(8));
    else if (kind === 2) made.splice(at, 1 + r.below(8));
    else if (kind === 3) made.splice(at, 0, ...made.slice(at, at + 1 + r.below(24)));
    else if (kind === 4) made.splice(at, 0, r.pick(LARGE), r.pick(LARGE), r.pick(LARGE), r.below(16));
    else if (kind === 5) made[at] = r.pick(LARGE);
    else made = made.slice(0, r.chance(0.2) ? at : made.length);
  }
  return Uint8Array.from(made);
}

const WHOLES = [0n, 1n, -1n, 2n, 3n, 5n, 7n, 100n, 65536n, 2n ** 31n, 2n ** 62n, -(2n ** 63n)];
const OPERATORS = [...RULES.keys()];

/** The same on the message: numbers and names exchanged, lists shortened and doubled. It gets past the wire form. */
function mutateMessage(r: Random, bytes: Uint8Array): Uint8Array {
  const model = decode(MODEL, bytes);
  if ('fault' in model) return bytes;
  const names = model.graph?.node.flatMap((n) => [...n.input, ...n.output]) ?? [];
  const chance = 0.5 / (10 + names.length);
  const go = (value: unknown, key: string): unknown => {
    if (Array.isArray(value)) {
      const list = value.map((v) => go(v, key));
      if (r.chance(chance) && list.length > 0)
        list.splice(r.below(list.length), r.below(2), ...list.slice(0, r.below(2)));
      return list;
    }
    if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array))
      return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, go(v, k)]));
    if (!r.chance(key === 'value' || key === 'dims' || key === 'int64Data' || key === 'ints' ? 3 * chance : chance))
      return value;
    if (typeof value === 'bigint') return r.pick(WHOLES);
    if (typeof value === 'number') return r.pick([0, -1, 0.5, Number.NaN, Infinity]);
    if (typeof value === 'string') return key === 'opType' ? r.pick(OPERATORS) : r.pick(['', ...names]);
    return value;
  };
  return encode(MODEL, go(model, '') as Draft<typeof MODEL>);
}

const PIECES = [
  '(',
  ')',
  '[',
  ']',
  '[0]',
  'and',
  'or',
  'not',
  '<=',
  '>=',
  '<',
  '==',
  '+',
  '-',
  '*',
  '=>',
  'X_0',
  'Y_0',
  'X_9',
  '1e9',
  '1e-99999',
  '-0.0',
  '<2.0>',
  ';',
  '\n',
  '(assert',
  '(declare-const X_5 Real)',
  '(or (<= Y_0 1) (>= Y_1 2))',
  '999999999',
  '\u0000',
];

/** Pieces put in, cut out, doubled, nested. */
export function mutateText(r: Random, text: string): string {
  let made = text;
  for (let n = 1 + r.below(5); n > 0; n--) {
    const at = r.below(made.length + 1);
    const end = Math.min(made.length, at + r.below(60));
    const kind = r.below(5);
    if (kind === 0) made = made.slice(0, at) + r.pick(PIECES) + made.slice(at);
    else if (kind === 1) made = made.slice(0, at) + made.slice(end);
    else if (kind === 2) made = made.slice(0, end) + made.slice(at);
    else if (kind === 3) made = made.slice(0, at) + r.pick(PIECES) + made.slice(end);
    else made = `${made.slice(0, at)}${'(or (and '.repeat(r.below(40))}${made.slice(at)}`;
  }
  return made;
}

/** What is wrong with how a mutant is read, or nothing; `read` says whether it was accepted. */
export function readMutant(
  kind: 'onnx' | 'vnnlib',
  seed: number,
  seeds: { readonly models: readonly Uint8Array[]; readonly specs: readonly string[] },
): { readonly wrong?: string; readonly read: boolean } {
  const r = random(seed);
  try {
    if (kind === 'onnx') {
      const model = r.pick(seeds.models);
      const mutant = r.chance(0.5) ? mutateMessage(r, model) : mutateBytes(r, model);
      const result = importOnnx(mutant, { file: 'm.onnx' });
      if (result.ok) printGraph(result.value.graph);
      else if (result.problems.length === 0) return { read: false, wrong: 'no problem is named' };
      else renderProblems(result.problems, 'human');
      return { read: result.ok };
    }
    const result = readVnnlib({ name: 's.vnnlib', text: mutateText(r, r.pick(seeds.specs)) });
    renderProblems(result.ok ? result.notes : result.problems, 'human');
    return { read: result.ok, ...(!result.ok && result.problems.length === 0 && { wrong: 'no problem is named' }) };
  } catch (error) {
    return { read: false, wrong: String(error instanceof Error ? error.stack : error) };
  }
}

export const SPECS: readonly string[] = [
  `; two boxes
(declare-const X_0 Real)
(declare-const X_1 Real)
(declare-const Y_0 Real)
(declare-const Y_1 Real)
(assert (or (and (<= X_0 0.5) (>= X_0 -0.5) (>= X_1 0) (<= X_1 1e-1)) (and (<= X_0 2) (>= X_0 1) (>= X_1 0) (<= X_1 1))))
(assert (or (<= Y_0 Y_1) (and (>= Y_0 3.5) (not (<= (+ Y_1 (* 2 Y_0) -1) 0)))))
`,
  `(vnnlib-version <2.0>)
(declare-network f (declare-input X_f real [2]) (declare-output Y_f real [1,2]))
(declare-network g (isomorphic-to f) (declare-input X_g real [2]) (declare-output Y_g real [1,2]))
(assert (and (<= X_f[0] 0.7) (>= X_f[0] 0.6)))
(assert (and (<= X_f[1] 0.5) (>= X_f[1] -0.5)))
(assert (== X_f[0] X_g[0]))
(assert (== X_f[1] X_g[1]))
(assert (or (> Y_g[0,0] (+ Y_f[0,0] 0.05)) (< Y_g[0,1] (- Y_f[0,1] 0.05))))
`,
];
