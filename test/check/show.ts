/** How the golden cases of the checker are run and printed. */
import { type Checked, check } from '../../src/check/index.ts';
import { showModule } from '../../src/check/show-core.ts';
import type { Problem } from '../../src/text/problem.ts';
import { type Span, textOf } from '../../src/text/span.ts';

/** A case may hold several files: a line `-- other.su` begins the next one. */
export function checkText(input: string): Checked {
  const [main = '', ...rest] = input.split(/^-- /m);
  const files = new Map(
    rest.map((part) => {
      const end = part.indexOf('\n');
      return [part.slice(0, end).trim(), part.slice(end + 1)] as const;
    }),
  );
  return check(
    { name: 'main.su', text: main },
    {
      resolve: (path) => {
        const name = path.replace(/^\.\//, '');
        const text = files.get(name);
        return text === undefined ? undefined : { name, text };
      },
    },
  );
}

function place({ source, start }: Span): string {
  const before = source.text.slice(0, start).split('\n');
  return `${source.name === 'main.su' ? '' : `${source.name}:`}${before.length}:${(before[before.length - 1] ?? '').length + 1}`;
}

const quoted = (at: Span): string => `\`${textOf(at).replace(/\s+/g, ' ')}\``;

export function showProblem(p: Problem): string {
  const lines = [
    `${p.id} ${p.severity} ${p.at ? `${place(p.at)} ${quoted(p.at)}` : ''}`,
    `  ${p.title}`,
    ...(p.label ? [`  ^ ${p.label}`] : []),
    ...p.also.map((a) => `  ${place(a.at)} ${quoted(a.at)} ${a.text}`),
    `  ${p.help}`,
    ...(p.fix ? [`  fix: ${p.fix.title}`] : []),
  ];
  return lines.join('\n');
}

/** The problems, or `fine`. */
export function problemsOf(input: string): string {
  const { problems } = checkText(input);
  return problems.length === 0 ? 'fine' : problems.map(showProblem).join('\n');
}

/** The checked module as text, or its problems. */
export function coreOf(input: string): string {
  const { module, problems } = checkText(input);
  return module ? showModule(module) : problems.map(showProblem).join('\n');
}
