/** What threads share of a plan, as text for people. */
import type { Step } from '../../kernel/nest.ts';
import type { Split } from './index.ts';

const VARIABLES = 'ijklmnopqrstuvwxyz';

/** A line for the plan, then one for each step that is shared: its loops, and where which of them is cut. */
export function printSplit(split: Split | undefined, threads: number): string {
  if (threads < 2) return '';
  if (!split) return `// not worth ${threads} threads\n`;
  const { shared, barriers, aloneNs, togetherNs } = split;
  const times = `about ${micros(togetherNs)} µs instead of ${micros(aloneNs)}`;
  const head = `// ${threads} threads share ${shared.length} steps and meet at ${barriers} places: ${times}`;
  const lines = shared.map(({ step, cut }) => {
    const inner = cut.bounds.slice(1, -1).join(', ');
    return `//   ${step.kind}${loopsOf(step)}: ${VARIABLES[cut.loop] ?? ''} at ${inner}`;
  });
  return `${[head, ...lines].join('\n')}\n`;
}

const micros = (ns: number): string => Math.round(ns / 1000).toString();

const loopsOf = (step: Step): string =>
  'loops' in step ? ` over ${step.loops.map((n, d) => `${VARIABLES[d]} < ${n}`).join(', ')}` : '';
