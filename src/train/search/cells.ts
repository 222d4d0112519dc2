/**
 * Choices that are made one after the other while a program is followed: each number of a choice has a name, its `id`, by which it is known wherever
 * the program moves it. Ids count from 1; 0 is a number that is known. Used by `follow.ts` and those who decide what it asks for.
 */
import { must } from '../../text/result.ts';
import { caseIn, putCase, widthOf } from './space.ts';
import type { Assignment, Choice, Space, Values } from './strategy.ts';

export interface Cells {
  readonly space: Space;
  /** Of all params. Those of open choices are of no meaning. */
  readonly numbers: Values;
  /** Of params with choices: the ids of their open numbers, 0 elsewhere. */
  readonly ids: Values;
  /** The case of each choice; -1 while it is open. */
  readonly chosen: Assignment;
  /** The id of each choice's first number. */
  readonly first: Int32Array;
  /** By id: the choice it belongs to. */
  readonly owner: Int32Array;
}

/** All choices open; the numbers that are no choices as they are. */
export function openCells(space: Space, start: Values): Cells {
  const ids = new Map<string, Float32Array>();
  const first = new Int32Array(space.choices.length);
  const owner: number[] = [-1];
  for (const [i, { spec, cell }] of space.choices.entries()) {
    const own = ids.get(spec.name) ?? new Float32Array(spec.value.length);
    ids.set(spec.name, own);
    first[i] = owner.length;
    for (let k = 0; k < widthOf(spec); k++) {
      own[cell * widthOf(spec) + k] = owner.length;
      owner.push(i);
    }
  }
  return {
    space,
    numbers: new Map(Array.from(start, ([name, numbers]) => [name, numbers.slice()])),
    ids,
    chosen: new Int32Array(space.choices.length).fill(-1),
    first,
    owner: Int32Array.from(owner),
  };
}

export function choose(cells: Cells, choice: number, chosen: number): void {
  const own = must(cells.space.choices[choice]);
  const width = widthOf(own.spec);
  putCase(own, chosen, must(cells.numbers.get(own.spec.name)));
  must(cells.ids.get(own.spec.name)).fill(0, own.cell * width, (own.cell + 1) * width);
  cells.chosen[choice] = chosen;
}

/** The number with an id, once it is known. */
export function numberAt(cells: Cells, id: number): number | undefined {
  const choice = cells.owner[id] as number;
  if ((cells.chosen[choice] as number) < 0) return undefined;
  const { spec, cell } = must(cells.space.choices[choice]);
  return cells.numbers.get(spec.name)?.[cell * widthOf(spec) + id - (cells.first[choice] as number)];
}

/** The choice whose numbers, all of them in their order, are those from `at` on; nothing where other ones are there. */
export function choiceAt(cells: Cells, ids: Float32Array, at: number): number | undefined {
  const choice = cells.owner[Math.max(0, ids[at] as number)] as number;
  if (choice < 0) return undefined;
  const width = widthOf(must(cells.space.choices[choice]).spec);
  for (let k = 0; k < width; k++) if (ids[at + k] !== (cells.first[choice] as number) + k) return undefined;
  return choice;
}

/** The case that numbers say, were they those of this choice; nothing where they are no case. */
export function caseOf({ spec, cases }: Choice, numbers: Float32Array): number | undefined {
  const found = caseIn({ spec, cell: 0, cases }, numbers);
  const again = new Float32Array(widthOf(spec));
  putCase({ spec, cell: 0, cases }, found, again);
  return again.every((x, k) => x === numbers[k]) ? found : undefined;
}

/** The params with all choices made; those that are open stay as in `start`. */
export function valuesOf({ space, chosen, numbers }: Cells, start: Values): Values {
  const values = new Map(Array.from(numbers, ([name, own]) => [name, own.slice()]));
  for (const [i, choice] of space.choices.entries())
    if ((chosen[i] as number) < 0)
      putCase(choice, caseIn(choice, must(start.get(choice.spec.name))), must(values.get(choice.spec.name)));
  return values;
}
