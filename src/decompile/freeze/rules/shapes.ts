/** `param fn f(x: f32 in [-3, 3]) -> f32 = spline([...]);` becomes a function that calls the family's function of std/shapes with its coefficients. */
import type { Decl } from '../../../syntax/ast.ts';
import { must } from '../../../text/result.ts';
import { textOf } from '../../../text/span.ts';
import { type Change, plainRule } from '../change.ts';
import type { Subject } from '../subject.ts';

type ParamFn = Extract<Decl, { kind: 'paramFn' }>;

/** Families whose functions take the ends of the range too. */
const WITH_ENDS: readonly string[] = ['pwl', 'spline', 'monotone'];

export const shapes = plainRule('shape', (s) => {
  const functions = s.module.decls.flatMap((d) => (d.kind === 'paramFn' ? functionOf(s, d) : []));
  const families = [...new Set(functions.map((f) => f.family))];
  const missing = families.filter((name) => !isImported(s, name));
  // a name that means something else here cannot be imported
  if (missing.some((name) => s.module.decls.some((d) => 'name' in d && d.name.text === name))) return [];
  const imports = missing.length > 0 && functions.length > 0 ? [importOf(s, missing)] : [];
  return [...imports, ...functions.map((f) => f.change)];
});

function functionOf(s: Subject, d: ParamFn): { readonly family: string; readonly change: Change }[] {
  const { value } = d;
  const [x] = d.params;
  const [coefficients] = value.kind === 'call' ? value.args : [];
  if (value.kind !== 'call' || value.fn.kind !== 'name' || coefficients?.value.kind !== 'array' || !x?.range) return [];
  const family = value.fn.name.text;
  const ends = WITH_ENDS.includes(family) ? x.range.map((end) => `, ${textOf(end.at)}`).join('') : '';
  const call = `${family}(${textOf(coefficients.value.at)}, ${x.name.text}${ends})`;
  const head = s.source.text.slice(d.at.start, d.result.at.end).replace(/^param\s+/, '');
  const reason = `its ${coefficients.value.items.length} coefficients are written here`;
  return [{ family, change: { start: d.at.start, before: textOf(d.at), after: `${head} {\n  ${call}\n}`, reason } }];
}

const isImported = (s: Subject, name: string): boolean =>
  s.module.decls.some(
    (d) => d.kind === 'import' && d.from === 'std/shapes' && d.names.some((n) => n.name.text === name && !n.alias),
  );

/** After the last import, or in front of everything. */
function importOf(s: Subject, names: readonly string[]): Change {
  const text = `import { ${names.join(', ')} } from "std/shapes";`;
  const last = s.module.decls.filter((d) => d.kind === 'import').at(-1);
  const reason = 'what the learned functions were made of';
  if (last) return { start: last.at.end, before: '', after: `\n${text}`, reason };
  const first = must(s.tokens.find((t) => t.kind !== 'space' && t.kind !== 'comment' && t.kind !== 'doc'));
  const doc = /(?:^|\n)((?:[ \t]*\/\/\/[^\n]*\n)+)$/.exec(s.source.text.slice(0, first.start));
  return { start: first.start - (doc?.[1]?.length ?? 0), before: '', after: `${text}\n\n`, reason };
}
