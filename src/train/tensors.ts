/**
 * Training data from a safetensors file: a tensor per input leaf with the examples along its first axis, and the labels. Crisp
 * leaves may be given as case numbers [n] or as one-hot rows [n, cases]. The tensors are in memory.
 */
import { readSafetensors, type Tensor } from '../interop/safetensors.ts';
import { sizeOf } from '../ir/graph.ts';
import type { Leaf } from '../ir/layout.ts';
import type { Shape } from '../ir/vocabulary.ts';
import { nearest } from '../text/nearest.ts';
import { type Problem, problem } from '../text/problem.ts';
import { fail, must, ok, type Result } from '../text/result.ts';
import { cellWidth, columnNames, listed, type RowPlan, type Wanted, wantedLeaves } from './columns.ts';
import { type Dataset, type DatasetOptions, datasetOf } from './dataset.ts';
import { caseHint, caseType } from './encode.ts';

/** One tensor as numbers, with a row per example. */
interface Rows {
  readonly leaf: Leaf;
  readonly tensor: Tensor;
  /** One-hot rows are made from case numbers. */
  readonly isNumbered: boolean;
}

/** Opens the tensors that the inputs and the label need; every mistake is a Problem. */
export function openTensors(bytes: Uint8Array, wanted: Wanted, options: DatasetOptions): Result<Dataset> {
  const file = readSafetensors(bytes, wanted.file);
  if (!file.ok) return file;
  const tensors = new Map(file.value.tensors.map((t) => [t.name, t]));
  const { inputs, label } = wantedLeaves(wanted);
  const found = [
    ...inputs.map((l) => findTensor(l, columnNames(l, inputs), tensors, wanted)),
    ...label.map((l) => findTensor(l, columnNames(l, [...inputs, ...label]), tensors, wanted)),
  ];
  const problems = found.flatMap((f) => (f.ok ? [] : f.problems));
  if (problems.length > 0) return fail(problems);
  const rows = found.flatMap((f) => (f.ok ? [f.value] : []));
  const count = rows[0]?.tensor.shape[0] ?? 0;
  const uneven = rows.find((r) => r.tensor.shape[0] !== count);
  if (uneven) return fail([shapeProblem(uneven.tensor, [count, ...uneven.tensor.shape.slice(1)].join(', '), wanted)]);
  if (count === 0)
    return fail([problem('empty-table', wanted.at, { file: wanted.file, hint: 'Its tensors have no examples.' })]);
  const plan = planOf(rows.map((r) => r.leaf));
  const block = new Float32Array(count * plan.floats);
  const wrong = rows.flatMap((r, i) => fill(r, block, plan, i, wanted) ?? []);
  if (wrong.length > 0) return fail(wrong);
  return datasetOf({ rows: count, blockRows: count, blocks: [block] }, plan, wanted, options);
}

function findTensor(
  leaf: Leaf,
  names: readonly string[],
  tensors: ReadonlyMap<string, Tensor>,
  wanted: Wanted,
): Result<Rows> {
  const name = names.find((n) => tensors.has(n));
  if (name === undefined) {
    const near = nearest(must(names[0]), tensors.keys());
    const hint = `${near === undefined ? '' : `Did you mean \`${near}\`? `}It has ${listed([...tensors.keys()])}.`;
    return fail([problem('missing-tensor', wanted.at, { file: wanted.file, tensor: must(names[0]), hint })]);
  }
  const tensor = must(tensors.get(name));
  const outer = leaf.layout.kind === 'cases' ? leaf.shape.slice(0, -1) : leaf.shape;
  const rest = tensor.shape.slice(1);
  if (sameShape(rest, leaf.shape) && tensor.shape.length > 0) return ok({ leaf, tensor, isNumbered: false });
  if (leaf.layout.kind === 'cases' && sameShape(rest, outer) && tensor.shape.length > 0)
    return ok({ leaf, tensor, isNumbered: true });
  return fail([shapeProblem(tensor, ['n', ...(leaf.layout.kind === 'cases' ? outer : leaf.shape)].join(', '), wanted)]);
}

const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((n, i) => n === b[i]);

function shapeProblem(tensor: Tensor, expected: string, wanted: Wanted): Problem {
  const data = {
    file: wanted.file,
    tensor: tensor.name,
    found: `[${tensor.shape.join(', ')}]`,
    expected: `[${expected}]`,
  };
  return problem('tensor-shape', wanted.at, data);
}

function planOf(leaves: readonly Leaf[]): RowPlan {
  const offsets: number[] = [];
  let floats = 0;
  for (const leaf of leaves) {
    offsets.push(floats);
    floats += sizeOf(leaf.shape);
  }
  return { leaves, offsets, cells: [], width: 0, floats };
}

/** Copies a tensor into its place in every row; gives the first number that does not fit. */
function fill(r: Rows, block: Float32Array, plan: RowPlan, position: number, wanted: Wanted): Problem | undefined {
  const size = sizeOf(r.leaf.shape);
  const width = r.isNumbered ? cellWidth(r.leaf.layout) : 1;
  const perRow = size / width;
  const data = r.tensor.data;
  for (let i = 0; i < data.length; i++) {
    const row = Math.floor(i / perRow);
    const at = row * plan.floats + must(plan.offsets[position]) + (i % perRow) * width;
    const value = Math.fround(Number(data[i]));
    const wrong = put(r, block, at, value);
    if (wrong) return problemAt(r, wanted, row + 1, value, wrong);
  }
  const at = badOneHot(r);
  return at === undefined ? undefined : problemAt(r, wanted, Math.floor(at / size) + 1, Number(data[at]), 'no case');
}

/** Where a crisp case begins whose numbers are not a single 1 and zeros. */
function badOneHot({ leaf: { layout }, tensor: { data }, isNumbered }: Rows): number | undefined {
  if (isNumbered || layout.kind !== 'cases' || layout.soft) return undefined;
  for (let from = 0; from < data.length; from += layout.size) {
    let ones = 0;
    for (let i = from; i < from + layout.size; i++) ones += Number(data[i]);
    if (ones !== 1) return from;
  }
  return undefined;
}

type Wrong = 'not finite' | 'no case' | 'no truth' | undefined;

function put({ leaf: { layout }, isNumbered }: Rows, block: Float32Array, at: number, value: number): Wrong {
  if (!Number.isFinite(value)) return 'not finite';
  if (isNumbered) {
    if (!(Number.isInteger(value) && value >= 0 && value < cellWidth(layout))) return 'no case';
    block[at + value] = 1;
    return undefined;
  }
  if (layout.kind === 'truth' && Math.abs(value) > 1) return 'no truth';
  if (layout.kind === 'bool' && value !== 0 && Math.abs(value) !== 1) return 'no case';
  if (layout.kind === 'cases' && !layout.soft && value !== 0 && value !== 1) return 'no case';
  block[at] = layout.kind === 'bool' && value === 0 ? -1 : value;
  return undefined;
}

function problemAt(r: Rows, wanted: Wanted, line: number, value: number, wrong: Exclude<Wrong, undefined>): Problem {
  const place = { file: wanted.file, line, column: r.tensor.name, found: String(value) };
  const { layout } = r.leaf;
  if (wrong === 'not finite') return problem('not-finite', wanted.at, place);
  if (wrong === 'no truth')
    return problem('out-of-range', wanted.at, {
      ...place,
      range: '-1 to 1',
      why: 'A truth lies between -1 (false) and 1 (true).',
    });
  const type = layout.kind === 'cases' ? caseType(layout) : 'bool';
  const hint = layout.kind === 'cases' ? caseHint(layout, '') : 'A bool is 1 or -1; 0 counts as false.';
  return problem('not-a-case', wanted.at, { ...place, type, hint });
}
