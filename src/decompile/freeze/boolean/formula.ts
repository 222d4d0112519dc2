/**
 * Formulas of bools: inputs, `!`, `&&`, `||`, `^^` and thresholds. What they give for an input whose bits are a number (input 0 is bit 0), what
 * writing them takes, and how many gates of two inputs they are.
 */
import { must } from '../../../text/result.ts';

export type Formula =
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'input'; readonly input: number }
  | { readonly kind: 'not'; readonly of: Formula }
  | { readonly kind: 'and' | 'or' | 'xor'; readonly items: readonly Formula[] };

export const constant = (value: boolean): Formula => ({ kind: 'constant', value });
export const input = (i: number): Formula => ({ kind: 'input', input: i });

export function not(f: Formula): Formula {
  if (f.kind === 'not') return f.of;
  return f.kind === 'constant' ? constant(!f.value) : { kind: 'not', of: f };
}

/** `&&`, `||` or `^^` of all; of one it is that one. Nested ones of a kind are one. */
export function join(kind: 'and' | 'or' | 'xor', items: readonly Formula[]): Formula {
  const flat = items.flatMap((f) => (f.kind === kind ? f.items : [f]));
  return flat.length === 1 ? must(flat[0]) : { kind, items: flat };
}

export function evaluate(f: Formula, bits: number): boolean {
  switch (f.kind) {
    case 'constant':
      return f.value;
    case 'input':
      return ((bits >>> f.input) & 1) === 1;
    case 'not':
      return !evaluate(f.of, bits);
    case 'and':
      return f.items.every((item) => evaluate(item, bits));
    case 'or':
      return f.items.some((item) => evaluate(item, bits));
    case 'xor':
      return f.items.reduce((odd, item) => odd !== evaluate(item, bits), false);
    default:
      return f satisfies never;
  }
}

/** In the bits of terms: a name 4, an operator 3, `!` 2. */
export function formulaBits(f: Formula): number {
  switch (f.kind) {
    case 'constant':
    case 'input':
      return 4;
    case 'not':
      return 2 + formulaBits(f.of);
    default:
      return f.items.reduce((n, item) => n + formulaBits(item) + 3, -3);
  }
}

/** The negation with `!` moved to the inputs where that is shorter. */
export function negated(f: Formula): Formula {
  const pushed = push(f);
  const outside = not(f);
  return formulaBits(pushed) < formulaBits(outside) ? pushed : outside;
}

function push(f: Formula): Formula {
  if (f.kind === 'and') return join('or', f.items.map(push));
  return f.kind === 'or' ? join('and', f.items.map(push)) : not(f);
}
