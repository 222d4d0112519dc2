/** The signature of a raised function: its parameters with their types, and its result made of the outputs of the graph. */
import type { Graph, Output } from '../../ir/graph.ts';
import { type Layout, type LeafLayout, leavesOf } from '../../ir/layout.ts';
import { printF32 } from '../../num/literal.ts';
import { must } from '../../text/result.ts';
import type { Declarations } from './declarations.ts';
import { type Kind, NUMBER, sameKind } from './kinds.ts';
import { INDEX_NAMES, type Names } from './names.ts';
import { useAs } from './scope.ts';
import { type Given, operandOf, type Writer } from './steps.ts';
import { element, LOOSE } from './template.ts';

export interface Signature {
  readonly inputs: readonly {
    readonly name: string;
    readonly layout: Layout;
    readonly range?: readonly [number, number];
  }[];
  readonly output: Layout;
}

/** Tensors of numbers, as a graph without a program has them. */
export function plainSignature(graph: Graph): Signature {
  const names = new Map(graph.nodes.flatMap((n) => (n.op === 'input' ? [[n.results[0], n.attrs.name] as const] : [])));
  const tensor = (v: Output['value']): Layout =>
    must(graph.types[v]).shape.reduceRight<Layout>((of, size) => ({ kind: 'array', size, of }), NUMBER);
  const outputs = graph.outputs.map((o) => tensor(o.value));
  return {
    inputs: graph.inputs.map((v) => ({ name: must(names.get(v)), layout: tensor(v) })),
    output: outputs.length === 1 ? must(outputs[0]) : { kind: 'tuple', items: outputs },
  };
}

const isProduct = (layout: Layout): boolean =>
  layout.kind === 'record' || layout.kind === 'tuple' || (layout.kind === 'array' && isProduct(layout.of));

/** The kinds of the leaves of a layout. */
export const leafKinds = (layout: Layout): readonly Kind[] => leavesOf(layout, '').map((l) => l.layout);

/** The parameters as written, and what each input of the graph is in the text. */
export function parametersOf(
  signature: Signature,
  names: Names,
  declared: Declarations,
): { readonly params: readonly string[]; readonly given: readonly Given[] } {
  const params: string[] = [];
  const given: Given[] = [];
  for (const { name: wish, layout, range } of signature.inputs) {
    const name = names.fresh(wish);
    const bounds = range ? ` in [${range.map(printF32).join(', ')}]` : '';
    params.push(`${name}: ${declared.layoutText(layout)}${bounds}`);
    const leaves = leavesOf(layout, wish);
    for (const [i, text] of accesses(layout, name, 0).entries()) {
      const isName = !text.startsWith('[');
      given.push({ text, wish: must(leaves[i]).path, isName });
    }
  }
  return { params, given };
}

/** How each leaf of a value is reached. */
function accesses(layout: Layout, text: string, depth: number): readonly string[] {
  switch (layout.kind) {
    case 'record':
      return layout.fields.flatMap((f) => accesses(f.layout, `${text}.${f.name}`, depth));
    case 'tuple':
      return layout.items.flatMap((item, i) => accesses(item, `${text}.${i}`, depth));
    case 'array': {
      if (!isProduct(layout.of)) return [text];
      const each = must(INDEX_NAMES[depth]);
      return accesses(layout.of, each, depth + 1).map((leaf) => `[for ${each} in ${text}: ${leaf}]`);
    }
    default:
      return [text];
  }
}

/** The result of a function as text. */
export function resultText(w: Writer, output: Layout, values: readonly Output[]): string {
  const rest = [...values];
  const leaf = (kind: LeafLayout, index: readonly string[]): string => {
    const { value } = must(rest.shift());
    return index.length === 0 ? asKind(w, value, kind, index) : element(asKind(w, value, kind, index), index);
  };
  const go = (layout: Layout, index: readonly string[]): string => {
    switch (layout.kind) {
      case 'record':
        return `${w.declared.recordName(layout)} { ${layout.fields.map((f) => `${f.name}: ${go(f.layout, index)}`).join(', ')} }`;
      case 'tuple':
        return `(${layout.items.map((item) => go(item, index)).join(', ')})`;
      case 'array': {
        if (!isProduct(layout.of)) return leaf(leafOf(layout), index);
        const each = must(INDEX_NAMES[index.length]);
        return `[for ${each} in 0..${layout.size}: ${go(layout.of, [...index, each])}]`;
      }
      default:
        return leaf(layout, index);
    }
  };
  return go(output, []);
}

const leafOf = (layout: Layout): LeafLayout => {
  let at = layout;
  while (at.kind === 'array') at = at.of;
  return at as LeafLayout;
};

/** A value as what the signature says: bound to a name where it is to be indexed, and stated to be it where the graph does not show it. */
function asKind(w: Writer, value: Output['value'], wanted: Kind, index: readonly string[]): string {
  const written = useAs(w.scope, value, wanted);
  if (written?.as && index.length === 0) return operandOf(w, written).at(LOOSE);
  const own = operandOf(w, { value, asIs: true, isHinted: index.length === 0 });
  const fits =
    sameKind(own.kind, wanted) ||
    (wanted.kind === 'truth' && own.kind.kind === 'bool') ||
    (wanted.kind === 'cases' &&
      wanted.soft &&
      own.kind.kind === 'cases' &&
      sameKind({ ...own.kind, soft: true }, wanted));
  if (fits) return index.length === 0 ? own.at(LOOSE) : own.name();
  const numbers = operandOf(w, { value });
  if (wanted.kind === 'number') return index.length === 0 ? numbers.at(LOOSE) : numbers.name();
  const name = w.names.fresh('result');
  w.lines.push(`let ${name}: ${w.declared.typeText(wanted, own.shape)} = op("reshape", ${numbers.at(LOOSE)});`);
  return name;
}
