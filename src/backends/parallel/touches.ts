/** What a step of a plan reads and writes: its accesses with the extents of the nest that each of them walks. */
import type { Access, Epilogue, Leaf } from '../../kernel/nest.ts';

export interface Touch {
  readonly access: Access;
  readonly extents: readonly number[];
}

export interface Touches {
  readonly reads: readonly Touch[];
  readonly writes: readonly Touch[];
}

export function touchesOf(step: Leaf): Touches {
  const { loops } = step;
  const each = (list: readonly Access[], extents = loops): Touch[] => list.map((access) => ({ access, extents }));
  const storesOf = ({ stores }: Pick<Epilogue, 'stores'>): Touch[] => each(stores.map((s) => s.to));
  switch (step.kind) {
    case 'map':
      return { reads: each(step.loads), writes: storesOf(step) };
    case 'reduce':
      return {
        reads: [...each(step.loads, [...loops, ...step.reduced]), ...each(step.epilogue.loads)],
        writes: storesOf(step.epilogue),
      };
    case 'contract':
    case 'pick':
      return {
        reads: [...each([step.lhs, step.rhs], [...loops, ...step.reduced]), ...each(step.epilogue.loads)],
        writes: storesOf(step.epilogue),
      };
    case 'argmax': {
      const all = [...loops, ...step.reduced];
      return { reads: each([step.from], all), writes: each([step.to], all) };
    }
    case 'scatter':
      return { reads: each([step.from, step.to]), writes: each([step.to]) };
    default:
      return step satisfies never;
  }
}
