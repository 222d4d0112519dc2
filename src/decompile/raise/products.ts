/** Contractions as `a @ b`, and gathers that make windows. Both turn numbered axes into loops where the language needs them. */
import type { NodeOf } from '../../ir/graph.ts';
import type { Shape } from '../../ir/vocabulary.ts';
import { must } from '../../text/result.ts';
import { call, comprehension, type Expression, element, LOOSE, type Operand, PRODUCT, UNARY } from './template.ts';

/** The labels of a product that is left when loops have taken some. */
interface Labels {
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly out: readonly number[];
}

/** Which operands of `a @ b` are transposed, or undefined where the product is none. */
function plainProduct({ left, right, out }: Labels, s: number): readonly [boolean, boolean] | undefined {
  const flipLeft = left.length === 2 && left[0] === s;
  const flipRight = right.length === 2 && right[1] === s;
  const [a, b] = [flipLeft ? [...left].reverse() : left, flipRight ? [...right].reverse() : right];
  const fits = a.at(-1) === s && b[0] === s && [...a.slice(0, -1), ...b.slice(1)].join() === out.join();
  return fits ? [flipLeft, flipRight] : undefined;
}

/** Without the first label of the result, which a loop runs over. */
function peeled({ left, right, out }: Labels): Labels | undefined {
  const [l] = out;
  if (l === undefined || left.indexOf(l) > 0 || right.indexOf(l) > 0) return undefined;
  const rest = (list: readonly number[]): readonly number[] => (list[0] === l ? list.slice(1) : list);
  return { left: rest(left), right: rest(right), out: out.slice(1) };
}

/** All products of two vectors. */
function outerOf(node: NodeOf<'einsum'>, a: Operand, b: Operand): Expression | undefined {
  const { lhs, rhs, out, order } = node.attrs;
  const isOuter = lhs.length === 1 && rhs.length === 1 && out.join() === [...lhs, ...rhs].join();
  return isOuter && order === 'sequential' ? call('outer', a.at(LOOSE), b.at(LOOSE)) : undefined;
}

/** One product, or one for each place of leading axes of the result. */
export function contracted(node: NodeOf<'einsum'>, a: Operand, b: Operand): Expression | undefined {
  const { lhs, rhs, out, order } = node.attrs;
  const [s, more] = lhs.filter((l) => !out.includes(l));
  if (s === undefined) return outerOf(node, a, b);
  if (more !== undefined || order === 'pick') return undefined;
  let labels: Labels | undefined = { left: lhs, right: rhs, out };
  // A product of two vectors is a dot, which sums in lanes; any other goes on from the first term.
  const isFit = (l: Labels): boolean =>
    plainProduct(l, s) !== undefined && (l.out.length === 0) === (order === 'lanes');
  while (labels && !isFit(labels)) labels = peeled(labels);
  const flips = labels && plainProduct(labels, s);
  if (!labels || !flips) return undefined;
  const [flipA, flipB] = flips;
  const flip = (text: string, yes: boolean): string => (yes ? `transpose(${text})` : text);
  const loops = out.length - labels.out.length;
  if (loops === 0) {
    const [x, y] = [flip(a.at(flipA ? LOOSE : PRODUCT), flipA), flip(b.at(flipB ? LOOSE : UNARY), flipB)];
    return { text: `${x} @ ${y}`, binds: PRODUCT };
  }
  const size = (l: number): number => must(lhs.includes(l) ? a.shape[lhs.indexOf(l)] : b.shape[rhs.indexOf(l)]);
  return comprehension(out.slice(0, loops).map(size), (index) => {
    const own = (list: readonly number[]): string[] => index.filter((_, i) => list.includes(must(out[i])));
    return `${flip(element(a.name(), own(lhs)), flipA)} @ ${flip(element(b.name(), own(rhs)), flipB)}`;
  });
}

/** Picks along several axes of one value that a reshape then splits: windows. Indices are sums of multiples of two counters. */
export function windowed(
  base: { readonly name: string; readonly shape: Shape },
  lists: ReadonlyMap<number, readonly number[]>,
  shape: Shape,
): Expression | undefined {
  const places: ((index: readonly string[]) => string)[] = [];
  let at = 0;
  for (const [axis, size] of base.shape.entries()) {
    const here = at;
    const list = lists.get(axis);
    if (!list) {
      if (shape[at++] !== size) return undefined;
      places.push((index) => must(index[here]));
      continue;
    }
    const grid = gridOf(list, shape[at] ?? 0, shape[at + 1] ?? 0);
    at += 2;
    if (!grid) return undefined;
    places.push((index) => {
      const parts = [multiple(grid.outer, must(index[here])), multiple(grid.inner, must(index[here + 1]))];
      return [...parts.filter((p) => p !== ''), ...(grid.first > 0 ? [String(grid.first)] : [])].join(' + ') || '0';
    });
  }
  if (at !== shape.length) return undefined;
  return comprehension(shape, (index) =>
    element(
      base.name,
      places.map((place) => place(index)),
    ),
  );
}

interface Grid {
  readonly first: number;
  readonly outer: number;
  readonly inner: number;
}

/** The list as first + outer · i + inner · j for i below `rows` and j below `columns`. */
function gridOf(list: readonly number[], rows: number, columns: number): Grid | undefined {
  const first = list[0] ?? 0;
  const outer = rows > 1 ? (list[columns] ?? first) - first : 0;
  const inner = columns > 1 ? (list[1] ?? first) - first : 0;
  const fits = list.every((v, k) => v === first + outer * Math.floor(k / columns) + inner * (k % columns));
  return rows * columns === list.length && fits && outer >= 0 && inner >= 0 ? { first, outer, inner } : undefined;
}

const multiple = (factor: number, index: string): string =>
  factor === 0 ? '' : factor === 1 ? index : `${factor} * ${index}`;
