/** Two programs compared parameter by parameter. */
import type { Span } from '../text/span.ts';

export interface ParamDiff {
  readonly name: string;
  readonly kind: 'changed' | 'added' | 'removed' | 'reshaped';
  readonly old?: { readonly shape: readonly number[]; readonly value: Float32Array; readonly at: Span };
  readonly new?: { readonly shape: readonly number[]; readonly value: Float32Array; readonly at: Span };
  /** Elements whose bits differ. */
  readonly elements: number;
  /** Largest absolute difference of an element. */
  readonly largest: number;
}
