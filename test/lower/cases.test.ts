/** Golden cases: programs to graphs, to values, to params and sites, to training tasks, to problems. */

import { leavesOf } from '../../src/ir/layout.ts';
import { printGraph } from '../../src/ir/print.ts';
import type { LoweredProperty, Program, Site } from '../../src/lower/program.ts';
import { printF32 } from '../../src/num/literal.ts';
import { must } from '../../src/text/result.ts';
import { textOf } from '../../src/text/span.ts';
import type { Value } from '../../src/train/value.ts';
import { runCases } from '../cases.ts';
import { lowered, problemLine, programOf, runEntry } from './lowering.ts';

runCases('lower/graph', (text) =>
  programOf(text)
    .entries.map((e) => `${e.name}\n${printGraph(e.graph)}`)
    .join('\n\n'),
);

/** `f 1.5, [2, 3]`: a call with JSON values. */
function run(program: Program, call: string): string {
  const [name = '', ...rest] = call.split(' ');
  const inputs: Value[] = rest.length === 0 ? [] : JSON.parse(`[${rest.join(' ')}]`);
  return runEntry(program, name, inputs);
}

/** Lines `> f 1.5, [2, 3]` after the program call its functions. */
runCases('lower/value', (text) => {
  const lines = text.split('\n');
  const program = programOf(lines.filter((l) => !l.startsWith('> ')).join('\n'));
  const calls = lines.filter((l) => l.startsWith('> '));
  return calls.map((call) => `${call}\n${run(program, call.slice(2))}`).join('\n');
});

const siteLine = (s: Site): string => {
  const of = 'root' in s ? s.root : s.param;
  return `${s.kind} ${of}${s.kind === 'number' ? `[${s.index}]` : ''} | ${textOf(s.at)}`;
};

runCases('lower/param', (text) => {
  const { params, sites } = programOf(text);
  const lines = params.map((p) => {
    const range = p.range ? ` in ${p.range.join('..')}` : '';
    return `${p.name} [${p.shape.join(', ')}]${p.frozen ? ' frozen' : ''}${range} = ${[...p.value].join(', ')}`;
  });
  return [...lines, ...sites.map(siteLine)].join('\n');
});

runCases('lower/problem', (text) =>
  lowered(text)
    .problems.map((p) => `${problemLine(p)}\n  ${p.help}`)
    .join('\n'),
);

const numbers = (data: Float32Array): string => [...data].map((x) => printF32(x)).join(' ');

function propertyText({ title, inputs, assumes, asserts, relation, graph, shown, problems }: LoweredProperty): string {
  const ends = inputs.flatMap((i) =>
    leavesOf(i.layout, i.name).map(
      ({ path }, k) => `${path} in ${numbers(must(i.box[k]).lo)} .. ${numbers(must(i.box[k]).hi)}`,
    ),
  );
  const stated = relation
    ? [`relation ${relation.within ?? 'same bits'}`]
    : [...assumes.map((a) => `assume ${textOf(a)}`), ...asserts.map((a) => `assert ${textOf(a)}`)];
  const compared = shown.comparisons.map((c) => `shows ${c.assert}: ${textOf(c.at)}`);
  const calls = shown.calls.map(
    (c) => `calls ${c.assert ?? 'let'}: ${c.entry}(${c.args.map((a) => a.name).join(', ')})`,
  );
  const told = problems.map((p) => `${problemLine(p)}\n  ${p.help}`);
  return [`"${title}"`, ...ends, ...stated, ...compared, ...calls, ...told, printGraph(graph)].join('\n');
}

/** Properties: their boxes, what they state and show, and their graphs. */
runCases('lower/property', (text) => programOf(text).properties.map(propertyText).join('\n\n'));

/** A train block: the task without its graphs, then the graphs. */
runCases('lower/train', (text) => {
  const { train } = programOf(text);
  if (!train) throw new Error('no train block');
  const {
    loss,
    optimizer,
    inputs: _inputs,
    label: _label,
    at: _at,
    data: _data,
    prediction: _prediction,
    ...rest
  } = train;
  const { step, ...settings } = optimizer;
  const head = JSON.stringify({ ...rest, optimizer: settings });
  return [head, 'loss', printGraph(loss), ...(step ? ['step', printGraph(step)] : [])].join('\n');
});
