/** The tasks of `bench/learning`: worked examples, numbers that are known, and that each rule as Sutra text is the rule. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MIPS } from '../../bench/learning/tasks/mips.ts';
import { ATTRIBUTES, MONK, ROBOTS } from '../../bench/learning/tasks/monk.ts';
import { domainSize, RASP, stringsOf } from '../../bench/learning/tasks/rasp.ts';
import {
  type Example,
  examples,
  type SequenceTask,
  specText,
  specTypes,
  sutraTypes,
  workedExample,
} from '../../bench/learning/tasks/sequence.ts';
import { TOMITA } from '../../bench/learning/tasks/tomita.ts';
import { compile, run, type Value } from '../../src/road.ts';
import { must } from '../../src/text/result.ts';
import { succeed } from '../programs.ts';

const SEQUENCES: readonly SequenceTask[] = [...MIPS, ...TOMITA];

describe('tasks over sequences', () => {
  it('are the 62 of the list and the 7 languages, under names of their own', () => {
    expect([MIPS.length, TOMITA.length, new Set(SEQUENCES.map((t) => t.name)).size]).toEqual([62, 7, 69]);
    const kinds = (kind: string): number => MIPS.filter((t) => t.truth.kind === kind).length;
    expect(['finite', 'linear', 'registers', 'counter', 'prefix'].map(kinds)).toEqual([34, 18, 4, 5, 1]);
  });

  it('give their worked examples', () => {
    for (const task of SEQUENCES) {
      const { xs, ys } = workedExample(task);
      expect({ task: task.name, ys: task.rule(xs) }).toEqual({ task: task.name, ys });
    }
  });

  it('stay within their types', () => {
    const isInside = (steps: Example['xs'], ranges: SequenceTask['inputs']): boolean =>
      steps.every(
        (step) =>
          step.length === ranges.length && step.every((v, i) => v >= must(ranges[i]).low && v <= must(ranges[i]).high),
      );
    for (const task of SEQUENCES) {
      const wrong = examples(task, 200, task.length, 9).filter(
        ({ xs, ys }) => !isInside(xs, task.inputs) || !isInside(ys, task.outputs),
      );
      expect({ task: task.name, wrong }).toEqual({ task: task.name, wrong: [] });
    }
  });

  it('of the languages accept as many words of length 8 as are known', () => {
    for (const task of TOMITA) {
      const words = [...stringsOf(2, 8)].map((word) => task.rule(word.map((x) => [x])).at(-1)?.[0]);
      expect([task.name, words.filter((y) => y === 1).length]).toEqual([task.name, task.accepted]);
    }
  });

  it('draw palindromes that are random beyond their end', () => {
    const task = must(MIPS.find((t) => t.name === 'bit_palindrome'));
    const whole = examples(task, 500, 10, 0).filter(({ ys }) => ys.some(([y], t) => t > 0 && y === 1));
    expect(whole.length).toBe(500);
  });
});

/** A number or a record of channels, as the language has it. */
const stepValue = (step: readonly number[]): Value =>
  step.length === 1 ? must(step[0]) : { a: must(step[0]), b: must(step[1]) };
const numbersOf = (value: Value): readonly number[] =>
  (typeof value === 'object' ? Object.values(value) : [value]).map(Number);

describe('rules as Sutra text', () => {
  const told = SEQUENCES.filter((t) => t.spec !== undefined);

  it('are there wherever the truth is finite or linear', () => {
    expect(
      SEQUENCES.filter((t) => (t.truth.kind === 'finite' || t.truth.kind === 'linear') && !told.includes(t)),
    ).toEqual([]);
  });

  it.each(told.map((t) => [t.name, t] as const))('%s', (_, task) => {
    const types = sutraTypes(task, specTypes(task));
    const text = `${types.declared}${specText(task)}fn spec_there(x: ${types.input}[12]) -> ${types.output}[12] { spec(x) }\n`;
    const compiled = succeed(compile({ name: 'spec.su', text }, { read: () => undefined }));
    for (const { xs, ys } of examples(task, 10, 12, 8)) {
      const { value } = succeed(run(compiled, 'spec_there', { x: xs.map(stepValue) }));
      expect((value as readonly Value[]).map(numbersOf)).toEqual(ys);
    }
  });
});

describe('MONK', () => {
  const rowsOf = (file: string): readonly (readonly string[])[] =>
    readFileSync(`examples/monk/${file}`, 'utf8')
      .trim()
      .split(/\r?\n/)
      .map((line) => line.split(','));
  const robotOf = (row: readonly string[]): readonly number[] =>
    ATTRIBUTES.map((a, i) => a.cases.indexOf(must(row[i])) + 1);

  it.each(MONK.map((t) => [t.name, t] as const))('%s: its rule, its rows', (_, { rule, positives, file, train }) => {
    expect([ROBOTS.length, ROBOTS.filter(rule).length]).toEqual([432, positives]);
    const [header, ...rows] = rowsOf(file);
    expect(header).toEqual([...ATTRIBUTES.map((a) => a.name), 'class']);
    const wrong = rows.filter((row) => rule(robotOf(row)) !== (row.at(-1) === 'true'));
    expect({
      rows: rows.length,
      positives: rows.filter((r) => r.at(-1) === 'true').length,
      wrong: wrong.length,
    }).toEqual(train);
  });
});

describe('RASP', () => {
  it('gives the worked examples', () => {
    const numbers = (text = ''): number[] => text.trim().split(' ').map(Number);
    for (const { name, rule, example } of RASP) {
      const [s, y] = example.split('->');
      expect([name, rule(numbers(s))]).toEqual([name, numbers(y)]);
    }
  });

  it('has domains of the known sizes, and every string once', () => {
    const sizes = RASP.map(domainSize);
    expect(sizes).toEqual([19_530, 19_530, 335_922, 335_922, 335_922, 32_768, 1_073_741_824]);
    const strings = [...stringsOf(3, 4)].map((s) => s.join(''));
    expect([strings.length, new Set(strings).size, strings[0], strings[80]]).toEqual([81, 81, '0000', '2222']);
  });
});
