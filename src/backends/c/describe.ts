/** One line per step that says what it computes, for the comments of printed code. */
import type { BufferId, Combine, Epilogue, Step } from '../../kernel/nest.ts';

const JOINED: { readonly [C in Combine]: string } = {
  sequential: 'sums',
  lanes: 'sums by 16 lanes',
  max: 'the largest',
  min: 'the least',
};

const count = (extents: readonly number[]): number => extents.reduce((n, d) => n * d, 1);
const times = (n: number, one: string): string => (n === 1 ? `1 ${one}` : `${n} ${one}s`);

/** `name` gives a buffer's name. */
export function describeStep(step: Step, name: (id: BufferId) => string): string {
  const stored = ({ stores }: Pick<Epilogue, 'stores'>): string =>
    [...new Set(stores.map((s) => name(s.to.buffer)))].join(', ');
  const over = (extents: readonly number[]): string => times(count(extents), 'point');
  switch (step.kind) {
    case 'map':
      return `${stored(step)}: ${over(step.loops)}`;
    case 'reduce':
      return `${stored(step.epilogue)}: ${JOINED[step.combine]} of ${times(count(step.reduced), 'term')}, at ${over(step.loops)}`;
    case 'contract': {
      const factors = `${name(step.lhs.buffer)} * ${name(step.rhs.buffer)}`;
      return `${stored(step.epilogue)}: ${JOINED[step.combine]} of ${factors}, ${times(count(step.reduced), 'term')}, at ${over(step.loops)}`;
    }
    case 'pick':
      return `${stored(step.epilogue)}: ${name(step.rhs.buffer)} where ${name(step.lhs.buffer)} is largest, at ${over(step.loops)}`;
    case 'argmax':
      return `${name(step.to.buffer)}: 1 where ${name(step.from.buffer)} is largest, else 0, at ${over(step.loops)}`;
    case 'scatter':
      return `${name(step.to.buffer)}: adds ${name(step.from.buffer)}, at ${over(step.loops)}`;
    case 'loop':
      return `${times(step.count, 'turn')}${step.reverse ? ', the last one first' : ''}`;
    case 'while':
      return `at most ${times(step.max, 'turn')}`;
    case 'barrier':
      return 'until all threads are here';
    default:
      return step satisfies never;
  }
}
