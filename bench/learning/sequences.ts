/**
 * A task over sequences from its examples to a proved program: the templates that fit its types are trained on the same examples, in their
 * order, until one fails on no held-out sequence; else the one that fails on the fewest is taken, of equal ones the shortest. It is frozen, run on fresh sequences, and proved against the rule.
 */

import type { Value } from '../../src/road.ts';
import { must } from '../../src/text/result.ts';
import type { Row, Share } from './row.ts';
import {
  countOf,
  type Example,
  examples,
  type SequenceTask,
  specText,
  specTypes,
  sutraTypes,
  tableRows,
} from './tasks/sequence.ts';
import { frozenCore, LONGER, programText, TEMPLATES, type Template } from './templates.ts';
import { frozen, type Learned, learn, linesOf, outputsOf, verdictsOf } from './user.ts';

/** Sequences to learn from (a fifth of them is held out), fresh ones to judge by, and longer ones. */
const SIZES = { learn: 2_500, judge: 10_000, longer: 1_000 };
const PROOF_SECONDS = 60;
/** So many sequences are all run one by one where there is no proof for every length. */
const MOST_RUN = 2 ** 16;

interface Attempt {
  readonly template: Template;
  readonly learned: Learned;
  /** The frozen program. */
  readonly text: string;
}

export async function runSequenceTask(task: SequenceTask, group: Row['group'], published: string): Promise<Row> {
  const data = tableRows(task, examples(task, SIZES.learn, task.length, 0));
  const attempts: Attempt[] = [];
  for (const template of TEMPLATES.filter((t) => t.fits(task))) {
    const learned = await learn(programText(template, task), data);
    attempts.push({ template, learned, text: frozen(learned.text) });
    if (learned.final.holdout_failed === 0) break;
  }
  const { template, learned, text } = attempts.reduce((a, b) => (isBetter(b, a) ? b : a));
  const test = await wrongOf(task, text, 'trained', examples(task, SIZES.judge, task.length, 1));
  const longer = await wrongOf(task, text, 'longer', examples(task, SIZES.longer, LONGER, 2));
  const core = frozenCore(text);
  return {
    group,
    task: task.name,
    isSolved: test.wrong === 0,
    program: template.name,
    strategy: learned.strategy,
    restarts: learned.restarts,
    measured: attempts.reduce((n, a) => n + a.learned.measured, 0),
    seconds: attempts.reduce((n, a) => n + a.learned.seconds, 0),
    lines: linesOf(core),
    proof: test.wrong === 0 ? await proofOf(task, template, text) : '',
    test,
    longer,
    published,
    text,
  };
}

const failed = ({ learned }: Attempt): number => learned.final.holdout_failed ?? 1;
const isBetter = (a: Attempt, b: Attempt): boolean =>
  failed(a) < failed(b) || (failed(a) === failed(b) && frozenCore(a.text).length < frozenCore(b.text).length);

const numbersOf = (value: Value): readonly number[] =>
  (typeof value === 'object' ? Object.values(value) : [value]).map(Number);

/** On how many sequences some output is wrong. */
async function wrongOf(task: SequenceTask, text: string, entry: string, data: readonly Example[]): Promise<Share> {
  const length = must(data[0]).xs.length;
  const outputs = await outputsOf(text, entry, tableRows({ ...task, length }, data));
  const isRight = ({ ys }: Example, value: Value): boolean =>
    (value as readonly Value[]).every((step, t) => numbersOf(step).every((v, c) => v === ys[t]?.[c]));
  return { wrong: data.filter((e, i) => !isRight(e, must(outputs[i]))).length, of: data.length };
}

/** For every length where the rule is told and that is proved; else over all sequences of the task's length, where they are few. */
async function proofOf(task: SequenceTask, template: Template, text: string): Promise<string> {
  const proved = provedForAllLengths(task, template, text);
  if (proved !== undefined) return proved;
  const symbols = task.inputs.reduce((n, i) => n * countOf(i), 1);
  if (symbols ** task.length > MOST_RUN) return 'none';
  const { wrong, of } = await wrongOf(task, text, 'trained', everySequence(task, symbols));
  return wrong === 0 ? `all ${of.toLocaleString('en')} of length ${task.length}` : 'refuted';
}

/** What is proved for every length. Of numbers: as floats, bit for bit, or as rationals; whole numbers below 2^24 are the same as both. */
function provedForAllLengths(task: SequenceTask, template: Template, text: string): string | undefined {
  const spec = specText(task);
  if (spec === undefined) return undefined;
  const [verdict] = verdictsOf(`${text}\n${spec}\n${agreement(task, template)}`, PROOF_SECONDS);
  if (verdict?.verdict === 'proved') return `every length (${verdict.how})`;
  if (verdict?.why?.includes('by rounding alone')) return 'every length, as rationals';
  return verdict?.verdict === 'refuted' ? 'refuted' : undefined;
}

/** That the program is the rule, as a property; the rule is retyped where the program has numbers in place of cases. */
function agreement(task: SequenceTask, template: Template): string {
  if (specTypes(task).outputs === template.types.outputs) return 'prove run == spec;\n';
  const { input, output } = sutraTypes(task, template.types);
  return `fn spec_here<n>(x: ${input}[n]) -> ${output}[n] { [for y in spec(x): f32(y)] }\nprove run == spec_here;\n`;
}

function everySequence(task: SequenceTask, symbols: number): readonly Example[] {
  return Array.from({ length: symbols ** task.length }, (_, number) => {
    let rest = number;
    const xs = Array.from({ length: task.length }, () =>
      task.inputs.map((i) => {
        const digit = rest % countOf(i);
        rest = (rest - digit) / countOf(i);
        return i.low + digit;
      }),
    );
    return { xs, ys: task.rule(xs) };
  });
}
