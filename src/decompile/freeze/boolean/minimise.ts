/**
 * A truth table as a short formula: inputs that flip the result are taken out by `^^`, the rest is a factored cover of the table or of its
 * negation. Rows of `FREE` may come out either way. The formula is checked on every row.
 */
import { invariant, must } from '../../../text/result.ts';
import { FREE } from '../tables/finite.ts';
import { type Cube, coverOf } from './cover.ts';
import { constant, evaluate, type Formula, formulaBits, input, join, negated, not } from './formula.ts';

/** Tables of more inputs are left alone. */
export const MOST_INPUTS = 14;

export function minimise(truth: Int32Array): Formula {
  const found = shortest(truth);
  invariant(
    truth.every((v, row) => v === FREE || Number(evaluate(found, row)) === v),
    'a formula was proposed that is not the table',
  );
  return found;
}

function shortest(truth: Int32Array): Formula {
  const values = new Set(truth);
  if (!values.has(1)) return constant(false);
  if (!values.has(0)) return constant(true);
  const candidates = [factored(coverOf(truth, 1)), negated(factored(coverOf(truth, 0))), ...flips(truth)];
  return must(candidates.sort((a, b) => formulaBits(a) - formulaBits(b))[0]);
}

/** `x ^^ rest`, for the first input that flips the result wherever both rows can occur. */
function flips(truth: Int32Array): Formula[] {
  for (let bit = 1; bit < truth.length; bit <<= 1) {
    const isFlip = truth.every((v, row) => v === FREE || truth[row ^ bit] === FREE || truth[row ^ bit] !== v);
    if (!isFlip) continue;
    const rest = truth.map((v, row) => {
      const other = must(truth[row ^ bit]);
      const known = v !== FREE ? v : other === FREE ? FREE : 1 - other;
      if (known === FREE) return FREE;
      return row & bit ? 1 - known : known;
    });
    const formula = shortest(rest);
    const flipped = input(31 - Math.clz32(bit));
    if (formula.kind === 'constant') return [formula.value ? not(flipped) : flipped];
    return [formula.kind === 'not' ? not(join('xor', [flipped, formula.of])) : join('xor', [flipped, formula])];
  }
  return [];
}

/** A sum of products with the literal that most products share taken out, again and again. */
function factored(cubes: readonly Cube[]): Formula {
  if (cubes.length === 0) return constant(false);
  if (cubes.some((c) => c.mask === 0)) return constant(true);
  if (cubes.length === 1) return product(must(cubes[0]));
  const shared = mostShared(cubes);
  if (!shared) return join('or', cubes.map(product));
  const { bit, isSet } = shared;
  const holds = (c: Cube): boolean => (c.mask & bit) !== 0 && ((c.bits & bit) !== 0) === isSet;
  const quotient = cubes.filter(holds).map((c) => ({ mask: c.mask & ~bit, bits: c.bits & ~bit }));
  const rest = cubes.filter((c) => !holds(c));
  const inner = factored(quotient);
  const first = inner.kind === 'constant' ? literal(bit, isSet) : join('and', [literal(bit, isSet), inner]);
  return rest.length === 0 ? first : join('or', [first, factored(rest)]);
}

const literal = (bit: number, isSet: boolean): Formula => {
  const f = input(31 - Math.clz32(bit));
  return isSet ? f : not(f);
};

function product({ mask, bits }: Cube): Formula {
  const literals: Formula[] = [];
  for (let bit = 1; bit <= mask; bit <<= 1) if (mask & bit) literals.push(literal(bit, (bits & bit) !== 0));
  return join('and', literals);
}

/** The literal of most cubes, when two share one. */
function mostShared(cubes: readonly Cube[]): { readonly bit: number; readonly isSet: boolean } | undefined {
  let best: { readonly bit: number; readonly isSet: boolean; readonly count: number } | undefined;
  const all = cubes.reduce((mask, c) => mask | c.mask, 0);
  for (let bit = 1; bit <= all; bit <<= 1)
    for (const isSet of [true, false]) {
      const count = cubes.filter((c) => (c.mask & bit) !== 0 && ((c.bits & bit) !== 0) === isSet).length;
      if (count > (best?.count ?? 1)) best = { bit, isSet, count };
    }
  return best;
}
