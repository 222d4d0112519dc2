/** Named intermediate values of one evaluation, and the comparisons it made, as text. */
import { jsonNumber } from './print.ts';

export interface TraceStep {
  readonly name: string;
  /** `iris.su:17`. */
  readonly line: string;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** A tensor as nested lists of exact numbers. */
export function tensorText(t: Pick<TraceStep, 'shape' | 'data'>): string {
  const [size, ...rest] = t.shape;
  if (size === undefined) return jsonNumber(t.data[0] ?? 0);
  const step = t.data.length / Math.max(1, size);
  const part = (i: number): string => tensorText({ shape: rest, data: t.data.slice(i * step, (i + 1) * step) });
  return `[${Array.from({ length: size }, (_, i) => part(i)).join(',')}]`;
}

export const traceJson = (steps: readonly TraceStep[]): string =>
  `[${steps.map((s) => `{"name":${JSON.stringify(s.name)},"at":${JSON.stringify(s.line)},"value":${tensorText(s)}}`).join(',')}]`;

/** A comparison as it stands in the source, whether it held, and how far its sides were apart. */
export interface Rule {
  readonly line: string;
  readonly text: string;
  readonly holds: boolean;
  readonly by: number;
}

export const rulesJson = (rules: readonly Rule[]): string =>
  `[${rules.map((r) => `{"rule":${JSON.stringify(r.text)},"at":${JSON.stringify(r.line)},"holds":${r.holds},"by":${jsonNumber(r.by)}}`).join(',')}]`;
