/** The numbers of a `train` block: which values each setting takes, and their defaults. */
import { printF32 } from '../num/literal.ts';
import type { Expr } from '../syntax/ast.ts';
import { must } from '../text/result.ts';
import type { Span } from '../text/span.ts';
import type { Checker } from './context.ts';
import type { TrainDecl } from './core.ts';
import type { Setting, Settings } from './train.ts';
import { constantOf } from './values.ts';

export interface NumberRule {
  readonly expected: string;
  readonly fits: (x: number) => boolean;
}

export const COUNT: NumberRule = { expected: 'a whole number, at least 1', fits: (x) => Number.isInteger(x) && x >= 1 };
export const POSITIVE: NumberRule = {
  expected: 'a positive number',
  fits: (x) => x > 0 && x < Number.POSITIVE_INFINITY,
};
export const AT_LEAST_0: NumberRule = {
  expected: 'a number, at least 0',
  fits: (x) => x >= 0 && x < Number.POSITIVE_INFINITY,
};
export const UP_TO_1: NumberRule = { expected: 'a number from 0 to 1', fits: (x) => x >= 0 && x <= 1 };
const RULES = {
  epochs: { expected: 'a whole number, at least 0', fits: (x: number) => Number.isInteger(x) && x >= 0 },
  batch: COUNT,
  patience: COUNT,
  clip: POSITIVE,
  surrogate: POSITIVE,
  holdout: { expected: 'a share from 0 to below 1', fits: (x: number) => x >= 0 && x < 1 },
  seed: { expected: 'a whole number, at least 0', fits: (x: number) => Number.isInteger(x) && x >= 0 },
  price: AT_LEAST_0,
  restarts: COUNT,
} as const satisfies Partial<Record<Setting, NumberRule>>;

interface Numbers {
  readonly epochs: number;
  readonly holdout: number;
  readonly seed: number;
  readonly surrogate: number;
  readonly price: number;
  readonly restarts: number;
  readonly batch?: number;
  readonly clip?: number;
  readonly patience?: number;
}

/** The settings that are single numbers, with the defaults of those that have one. */
export function readNumbers(c: Checker, settings: Settings): Numbers {
  const read = (key: keyof typeof RULES): number | undefined => {
    const field = settings.get(key);
    return field && readNumber(c, key, field.value, RULES[key]);
  };
  const [batch, clip, patience] = [read('batch'), read('clip'), read('patience')];
  return {
    epochs: read('epochs') ?? 100,
    holdout: read('holdout') ?? 0,
    seed: read('seed') ?? 0,
    surrogate: read('surrogate') ?? c.module.surrogate ?? 1,
    price: read('price') ?? 0,
    restarts: read('restarts') ?? 8,
    ...(batch !== undefined && { batch }),
    ...(clip !== undefined && { clip }),
    ...(patience !== undefined && { patience }),
  };
}

/** A literal keeps all its digits: a seed may have more than a float32 has. */
function readNumber(c: Checker, name: string, e: Expr, rule: NumberRule): number | undefined {
  const value = e.kind === 'number' ? Number(e.text.replaceAll('_', '')) : constantOf(c, e);
  return value === undefined ? undefined : demand(c, name, { at: e.at, value }, rule);
}

/** The value where it fits, else a problem at the place where it stands. */
export function demand(
  c: Checker,
  name: string,
  { at, value }: { readonly at: Span; readonly value: number },
  rule: NumberRule,
): number | undefined {
  if (rule.fits(value)) return value;
  const isF32 = Math.fround(value) === value && !Number.isInteger(value);
  const found = isF32 ? printF32(value) : String(value);
  return void c.fail('bad-train-setting', at, {
    name: `\`${name}\``,
    expected: rule.expected,
    hint: `It is ${found}.`,
  });
}

export function readClassWeights(c: Checker, settings: Settings): TrainDecl['classWeights'] | undefined {
  const e = settings.get('class_weights')?.value;
  if (!e) return undefined;
  if (e.kind === 'name' && e.name.text === 'balanced') return 'balanced';
  if (e.kind === 'string' && e.value === 'balanced') return 'balanced';
  if (e.kind !== 'array')
    return void c.fail('bad-train-setting', e.at, {
      name: '`class_weights`',
      expected: '`balanced` or an array of numbers',
      hint: 'One weight per case of the label, in the order of the declaration.',
    });
  const values = e.items.map((item) => readNumber(c, 'class_weights', item, AT_LEAST_0));
  return values.some((v) => v === undefined) ? undefined : values.map((v) => must(v));
}
