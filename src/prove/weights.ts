/** Softmax as the language lowers it, exp(z - max z) / sum: which numbers of a graph are weights of one, and what it was taken of. */
import { must } from '../text/result.ts';
import { type Elements, type Source, textOf } from './elements.ts';
import { operandsAt, reducedAt } from './parts.ts';

/** A weight of a softmax. */
export interface Weight {
  readonly logits: readonly Source[];
  /** Whose weight it is. */
  readonly own: number;
}

/** What a number is a weight of, if it is one. */
export function weightAt(elements: Elements, e: Source): Weight | undefined {
  const [power, sum] = operandsOf(elements, [e], 'div')?.[0] ?? [];
  const node = sum === undefined || typeof sum === 'number' ? undefined : elements.nodeOf(sum.value);
  if (power === undefined || sum === undefined || typeof sum === 'number' || node?.op !== 'sum') return undefined;
  const powers = reducedAt(elements, node, sum.at);
  const own = powers.findIndex((p) => textOf(p) === textOf(power));
  const logits = own < 0 ? undefined : scoresOf(elements, powers);
  return logits && { logits, own };
}

/** Where the numbers are all the weights of one softmax: what it was taken of. */
export function logitsOf(elements: Elements, weights: readonly Source[]): readonly Source[] | undefined {
  const quotients = operandsOf(elements, weights, 'div');
  const [powers, sum] = [quotients?.map(([e]) => must(e)), sole(quotients?.map(([, s]) => must(s)))];
  return powers && joins(elements, sum, 'sum', powers) ? scoresOf(elements, powers) : undefined;
}

/** Of what softmax is taken, by its powers. */
function scoresOf(elements: Elements, powers: readonly Source[]): readonly Source[] | undefined {
  const gaps = operandsOf(
    elements,
    operandsOf(elements, powers, 'exp')?.map(([d]) => must(d)),
    'sub',
  );
  const [logits, largest] = [gaps?.map(([z]) => must(z)), sole(gaps?.map(([, m]) => must(m)))];
  return logits && joins(elements, largest, 'reduceMax', logits) ? logits : undefined;
}

/** The operands of each, where all are computed by one kind of op. */
function operandsOf(
  elements: Elements,
  list: readonly Source[] | undefined,
  op: 'div' | 'exp' | 'sub',
): Source[][] | undefined {
  const found = list?.map((e) => {
    const node = typeof e === 'number' ? undefined : elements.nodeOf(e.value);
    return typeof e !== 'number' && node?.op === op ? operandsAt(elements, node, e.at) : undefined;
  });
  return found?.every((operands) => operands !== undefined) ? found : undefined;
}

/** The one that all are. */
const sole = (list: readonly Source[] | undefined): Source | undefined =>
  list && new Set(list.map(textOf)).size === 1 ? list[0] : undefined;

/** Whether a reduction takes exactly these numbers together. */
function joins(elements: Elements, e: Source | undefined, op: 'sum' | 'reduceMax', list: readonly Source[]): boolean {
  if (e === undefined || typeof e === 'number') return false;
  const node = elements.nodeOf(e.value);
  if (node.op !== op || (node.op !== 'sum' && node.op !== 'reduceMax')) return false;
  const texts = (all: readonly Source[]): string => all.map(textOf).sort().join(' ');
  return texts(reducedAt(elements, node, e.at)) === texts(list);
}
