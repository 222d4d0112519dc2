/** Points and what the network says there, judged in exact decimals: the last word on a counterexample, and its text forms. */
import type { Case, Inequality, InputRange, Specification } from '../interop/index.ts';
import { bitsOfF32 } from '../num/bits.ts';
import { compare, compareFloat, decimalOf, plus, printDecimal, times, ZERO } from '../num/decimal.ts';
import { must } from '../text/result.ts';

/** By variable of the specification: a float32 number. */
export type Assignment = ReadonlyMap<number, number>;

export interface Witness {
  /** All variables, in the order of the specification. */
  readonly values: readonly { readonly name: string; readonly value: number }[];
  /** `box`: inside the box of decimals. `rounding`: only inside the box whose ends are rounded to float32. */
  readonly inside: 'box' | 'rounding';
  /** The box of decimals holds no float32 point at all. */
  readonly isHollow: boolean;
}

/** Whether a number lies in a range as it is stated. */
export function isInside({ low, high }: InputRange, x: number): boolean {
  const [below, above] = [compareFloat(low.exact, x), compareFloat(high.exact, x)];
  return (low.strict ? below < 0 : below <= 0) && (high.strict ? above > 0 : above >= 0);
}

/** Whether some alternative holds, exactly. */
export const isViolated = ({ unsafe }: Case, values: Assignment): boolean =>
  [...values.values()].every(Number.isFinite) && unsafe.some((all) => all.every((one) => holds(one, values)));

function holds({ terms, bound, strict }: Inequality, values: Assignment): boolean {
  const sum = terms.reduce((s, t) => plus(s, times(t.coefficient, decimalOf(must(values.get(t.variable))))), ZERO);
  const order = compare(sum, bound);
  return strict ? order < 0 : order <= 0;
}

export function witnessOf(spec: Specification, { box }: Case, values: Assignment): Witness {
  const isStrict = box.every((r) => isInside(r, must(values.get(r.variable))));
  return {
    values: spec.variables.map(({ name }, id) => ({ name, value: must(values.get(id)) })),
    inside: isStrict ? 'box' : 'rounding',
    isHollow: box.some(({ inside }) => inside[0] > inside[1]),
  };
}

/** `((X_0 0.5) ...)`: each number exactly, so that it is the same in every precision. */
export const printWitness = ({ values }: Pick<Witness, 'values'>): string =>
  `(${values.map(({ name, value }) => `(${name} ${printDecimal(decimalOf(value))})`).join('\n ')})`;

/** `0x1.8p-1`: a float32 number bit by bit, as C reads it. */
export function hexF32(x: number): string {
  const bits = bitsOfF32(x);
  const [exponent, fraction] = [(bits >>> 23) & 255, bits & 0x7fffff];
  const sign = bits >>> 31 === 1 ? '-' : '';
  if (exponent === 0 && fraction === 0) return `${sign}0x0p+0`;
  const digits = (fraction << 1).toString(16).padStart(6, '0').replace(/0+$/, '');
  const power = Math.max(exponent, 1) - 127;
  return `${sign}0x${exponent === 0 ? 0 : 1}${digits === '' ? '' : `.${digits}`}p${power < 0 ? '' : '+'}${power}`;
}
