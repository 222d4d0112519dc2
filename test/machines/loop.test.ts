/** Machines of loops: the table of a program whose state is finite, whatever it is made of; a counter has none. */
import { expect, it } from 'vitest';
import { compare } from '../../src/machines/compare.ts';
import { machineOf } from '../../src/machines/loop.ts';
import { minimise } from '../../src/machines/minimise.ts';
import { stepOf } from '../../src/machines/step.ts';
import { must } from '../../src/text/result.ts';
import { programOf } from '../lower/lowering.ts';
import { succeed } from '../programs.ts';

const TEXT = `fn digits<n>(xs: Index<2>[n]) -> Index<7>[n] { let start: Index<7> = 0; scan s = start for x in xs { (2 * s + x) % 7 } }
fn floats<n>(xs: Index<2>[n]) -> f32[n] { scan s = 0.0 for x in xs { let t = 2.0 * s + f32(x); t - 7.0 * floor(t / 7.0) } }
fn doubled<n>(xs: Index<2>[n]) -> f32[n] {
  let all = scan s = (0.0, true) for x in xs { let t = 2.0 * s.0 + f32(x); (t - 7.0 * floor(t / 7.0), !s.1) };
  [for s in all: if s.1 { s.0 } else { s.0 + 0.0 }]
}
fn counted<n>(xs: Index<2>[n]) -> f32[n] { scan s = 0.0 for x in xs { s + f32(x) } }
`;

const SYMBOLS = [[Float32Array.of(1, 0)], [Float32Array.of(0, 1)]];

function found(name: string) {
  const sized = must(programOf(TEXT).sized.find((s) => s.name === name));
  const [a, b] = [61, 67].map((n) => succeed(sized.at(n)).graph);
  const step = stepOf([must(a), must(b)], [61, 67]);
  if (typeof step === 'string') throw new Error(step);
  return machineOf(step, SYMBOLS, { params: new Map(), limit: 1000 });
}

it('is found for cases and for numbers, and is the same after minimising', () => {
  const machines = ['digits', 'floats', 'doubled'].map((name) => {
    const loop = found(name);
    if (typeof loop === 'number') throw new Error(`${loop} states`);
    return loop;
  });
  const [digits, floats, doubled] = machines.map((m) => m.machine);
  expect([digits?.states, floats?.states, doubled?.states]).toEqual([7, 7, 14]);
  const small = machines.map(({ machine, outputAt }) => minimise(numbered(machine, outputAt)).machine);
  expect(small[0]).toEqual(small[1]);
  expect(compare(must(small[0]), must(small[2])).kind).toBe('equal');
  expect([...must(machines[1]).stateAt(3)]).toEqual([3]);
});

/** With the number that a step gives as its output. */
const numbered = (machine: Parameters<typeof minimise>[0], outputAt: (output: number) => Float32Array) => ({
  ...machine,
  out: machine.out.map((o) => (outputAt(o).length === 7 ? outputAt(o).indexOf(1) : must(outputAt(o)[0]))),
});

it('is not found where states have no end', () => {
  expect(found('counted')).toBeGreaterThan(400);
});
