/** Two programs compared parameter by parameter: which numbers changed and where they stand, what came and what went. */
import type { ParamSpec } from '../lower/program.ts';
import { countChanged } from './writeback.ts';

export type DiffSide = Pick<ParamSpec, 'name' | 'shape' | 'layout' | 'table' | 'value' | 'at'>;

export interface ParamDiff {
  readonly name: string;
  readonly kind: 'changed' | 'added' | 'removed' | 'reshaped';
  readonly old?: DiffSide;
  readonly new?: DiffSide;
  /** Elements whose bits differ. */
  readonly elements: number;
  /** Largest absolute difference of an element. */
  readonly largest: number;
}

/** In the order of the new program, what was removed last. Equal parameters are left out. */
export function diffParams(before: readonly DiffSide[], after: readonly DiffSide[]): ParamDiff[] {
  const old = new Map(before.map((p) => [p.name, p]));
  const now = new Set(after.map((p) => p.name));
  const here = after.flatMap((p): ParamDiff[] => {
    const was = old.get(p.name);
    if (!was) return [{ name: p.name, kind: 'added', new: p, elements: p.value.length, largest: 0 }];
    if (was.shape.join() !== p.shape.join()) {
      return [{ name: p.name, kind: 'reshaped', old: was, new: p, elements: p.value.length, largest: 0 }];
    }
    const elements = countChanged(was.value, p.value);
    if (elements === 0) return [];
    return [{ name: p.name, kind: 'changed', old: was, new: p, elements, largest: largestGap(was.value, p.value) }];
  });
  const gone = before
    .filter((p) => !now.has(p.name))
    .map((p): ParamDiff => ({ name: p.name, kind: 'removed', old: p, elements: p.value.length, largest: 0 }));
  return [...here, ...gone];
}

function largestGap(a: Float32Array, b: Float32Array): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs((a[i] ?? 0) - (b[i] ?? 0)));
  return largest;
}
