/** Declarations that only what was learned or the `train` block used, and that nothing names any more. */
import type { Decl } from '../../../syntax/ast.ts';
import { type Change, plainRule, type Rule } from '../change.ts';
import { countName, type Subject } from '../subject.ts';
import { removal } from './marks.ts';

/** Of a name that `original` used elsewhere than in its own declaration. Everything that is left unused now was used by what is gone. */
export function unused(original: Subject): Rule {
  return plainRule('unused', (s) => s.module.decls.flatMap((d) => goneIn(original, s, d)));
}

function goneIn(original: Subject, s: Subject, d: Decl): Change[] {
  const isGone = (name: string): boolean => countName(s, name) === 1 && countName(original, name) > 1;
  const without = (name: string): Change[] =>
    isGone(name) ? [removal(s, d, `nothing uses \`${name}\` any more`)] : [];
  switch (d.kind) {
    case 'fn':
      return isTarget(original, d.name.text) ? [] : without(d.name.text);
    case 'enum':
      return d.cases.every((c) => countName(s, c.text) === 1) ? without(d.name.text) : [];
    case 'let':
    case 'table':
    case 'record':
      return without(d.name.text);
    case 'import':
      return importChange(s, d, isGone);
    default:
      return [];
  }
}

/** What was trained is what the program is for. */
const isTarget = (original: Subject, name: string): boolean =>
  original.module.decls.some((d) => d.kind === 'train' && d.target.text === name);

type Import = Extract<Decl, { kind: 'import' }>;

function importChange(s: Subject, d: Import, isGone: (name: string) => boolean): Change[] {
  const gone = d.names.filter((n) => isGone((n.alias ?? n.name).text));
  if (gone.length === 0) return [];
  const names = gone.map((n) => `\`${(n.alias ?? n.name).text}\``).join(', ');
  const reason = `nothing uses ${names} any more`;
  if (gone.length === d.names.length) return [removal(s, d, reason)];
  const kept = d.names.filter((n) => !gone.includes(n));
  const shown = kept.map((n) => (n.alias ? `${n.name.text} as ${n.alias.text}` : n.name.text));
  const before = s.source.text.slice(d.at.start, d.at.end);
  return [{ start: d.at.start, before, after: `import { ${shown.join(', ')} } from "${d.from}";`, reason }];
}
