/**
 * Linear recurrences found from examples: for each task whose rule is one, the numbers that a template of 4 past outputs and 8 inputs gets, in
 * seconds: `node bench/run.mjs bench/infer-recurrences.ts [TASK]`.
 */
import { compile, type Host, train } from '../src/road.ts';
import { tableOf } from '../src/train/rows.ts';
import { NUMBERS } from './learning/tasks/mips-numbers.ts';
import { examples, type SequenceTask, sutraTypes, tableRows } from './learning/tasks/sequence.ts';
import { succeed } from './learning/user.ts';

const [Y, X, ROWS] = [4, 8, 1000];
const NAMES = /^(current_number|diff_last2|newton_|prev\d|sum_)/;
const CHANNELS = ['a', 'b'];
const HOST: Host = { read: () => undefined };

function programText(task: SequenceTask): string {
  const { input, output, declared } = sutraTypes(task, { inputs: 'numbers', outputs: 'numbers' });
  const [inputs, outputs, length] = [task.inputs.length, task.outputs.length, task.length];
  const now = inputs === 1 ? 'v' : CHANNELS.map((c) => `v.${c}`).join(', ');
  const given = outputs === 1 ? 's.y[0]' : `Out { ${CHANNELS.map((c, i) => `${c}: s.y[${i}]`).join(', ')} }`;
  const fields = outputs === 1 ? [''] : CHANNELS.map((c) => `.${c}`);
  return `${declared}
record Past { y: f32[${Y * outputs}], x: f32[${X * inputs}] }
param a: f32[${outputs}, ${Y * outputs}] = zeros();
param b: f32[${outputs}, ${X * inputs}] = zeros();
param c: f32[${outputs}] = zeros();
fn run(x: ${input}[${length}]) -> ${output}[${length}] {
  let start = Past { y: zeros(), x: zeros() };
  let steps = scan s = start for v in x {
    let past = concat([${now}], s.x[0..${(X - 1) * inputs}]);
    let y = a @ s.y + b @ past + c;
    Past { y: concat(y, s.y[0..${(Y - 1) * outputs}]), x: past }
  };
  [for s in steps: ${given}]
}
fn wrong(p: ${output}[${length}], y: ${output}[${length}]) -> f32 {
  mean(for i in 0..${length}: ${fields.map((f) => `abs(p[i]${f} - y[i]${f})`).join(' + ')})
}
train run { data: csv("data.csv", label = "y"), loss: wrong, optimizer: adam(rate = 0.1), epochs: 1, holdout: 0.2 }
`;
}

/** `y = 2 y1 - y2 + x0`. */
function formulaOf(numbers: ReadonlyMap<string, ArrayLike<number>>, { inputs, outputs }: SequenceTask): string {
  const name = (of: string, channels: number, i: number): string =>
    `${of}${channels === 1 ? '' : CHANNELS[i % channels]}${Math.floor(i / channels) + (of === 'y' ? 1 : 0)}`;
  const lines = outputs.map((_, o) => {
    const parts = [
      ['a', 'y', outputs.length, Y * outputs.length],
      ['b', 'x', inputs.length, X * inputs.length],
    ] as const;
    const terms = parts.flatMap(([param, of, channels, width]) =>
      Array.from(
        { length: width },
        (_x, i) => [numbers.get(param)?.[o * width + i] ?? 0, name(of, channels, i)] as const,
      ),
    );
    const all = [...terms, [numbers.get('c')?.[o] ?? 0, '1'] as const].filter(([w]) => w !== 0);
    return all.map(([w, t]) => `${w === 1 ? '' : `${w} `}${t}`).join(' + ');
  });
  return lines.join('  |  ');
}

for (const task of NUMBERS.filter((t) => NAMES.test(t.name) && t.name.includes(process.argv[2] ?? ''))) {
  const c = succeed(compile({ name: 'p.su', text: programText(task) }, HOST));
  const { header, rows } = tableRows(task, examples(task, ROWS, task.length, 0));
  const started = process.cpuUsage();
  const trained = succeed(
    await train(c, HOST, { data: { kind: 'csv', file: 'data.csv', table: tableOf(header, rows) } }),
  );
  const seconds = process.cpuUsage(started).user / 1e6;
  const { search, final } = trained.outcome;
  const numbers = new Map(trained.params.map((p) => [p.name, p.after]));
  console.log(
    `${task.name.padEnd(18)} ${search?.won ?? 'gradient'}  loss ${final.loss}  held out ${final.holdout_loss}  ${seconds.toFixed(2)} s  ${formulaOf(numbers, task)}`,
  );
}
