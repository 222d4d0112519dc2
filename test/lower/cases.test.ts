/** Golden cases: programs to graphs, to values, to params and sites, to problems. */
import { printGraph } from '../../src/ir/print.ts';
import { textOf } from '../../src/text/span.ts';
import type { Value } from '../../src/train/value.ts';
import { runCases } from '../cases.ts';
import { lowered, problemLine, programOf, runEntry } from './lowering.ts';

const safe = (f: (t: string) => string) => (t: string) => {
  try {
    return f(t);
  } catch (e) {
    return `ERROR ${(e as Error).message}\n${(e as Error).stack?.split('\n').slice(1, 6).join('\n')}`;
  }
};
runCases(
  'lower/graph',
  safe((text) =>
    programOf(text)
      .entries.map((e) => `${e.name}\n${printGraph(e.graph)}`)
      .join('\n\n'),
  ),
);

/** Lines `> f 1.5 [2, 3]` after the program call its functions with JSON values. */
runCases(
  'lower/value',
  safe((text) => {
    const calls = text.split('\n').filter((l) => l.startsWith('> '));
    const program = programOf(
      text
        .split('\n')
        .filter((l) => !l.startsWith('> '))
        .join('\n'),
    );
    return calls.map((call) => `${call}\n${run(call.slice(2))}`).join('\n');

    function run(call: string): string {
      const [name = '', ...rest] = call.split(' ');
      const inputs: Value[] = rest.length === 0 ? [] : JSON.parse(`[${rest.join(' ')}]`);
      return runEntry(program, name, inputs);
    }
  }),
);

runCases(
  'lower/param',
  safe((text) => {
    const { params, sites } = programOf(text);
    return [
      ...params.map(
        (p) =>
          `${p.name} [${p.shape.join(', ')}]${p.frozen ? ' frozen' : ''}${p.range ? ` in ${p.range.join('..')}` : ''} = ${[...p.value].join(', ')}`,
      ),
      ...sites.map(
        (s) =>
          `${s.kind} ${s.kind === 'value' ? s.root : s.param}${s.kind === 'number' ? `[${s.index}]` : ''} | ${textOf(s.at)}`,
      ),
    ].join('\n');
  }),
);

runCases('lower/problem', (text) =>
  lowered(text)
    .problems.map((p) => `${problemLine(p)}\n  ${p.help}`)
    .join('\n'),
);
