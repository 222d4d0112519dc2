/** Prints the part of `model.js` that reads a row of the result: as a fresh value, and into a value of an earlier call. */
import type { Layout } from '../ir/layout.ts';
import { type ArrayLayout, type CasesLayout, flatSize, partsOf } from './places.ts';
import { indented, key, member, quote, type Text, wordAt } from './script.ts';

interface Spot {
  readonly leaf: number;
  readonly element: string;
  readonly depth: number;
}

/** The lines of `get(r, t)`; its leaves begin at `leaf`. */
export function printGet(output: Layout, leaf: number, text: Text): void {
  const spot = { leaf, element: 'r', depth: 0 };
  if (!isPlain(output)) {
    text.line('if (t !== undefined) {');
    fill(indented(text), output, 't', spot);
    text.line('  return t;');
    text.line('}');
  }
  text.line(`return ${fresh(text, output, spot)};`);
}

/** Values that are no objects. */
const isPlain = (l: Layout): boolean =>
  l.kind === 'number' || l.kind === 'truth' || l.kind === 'bool' || (l.kind === 'cases' && !l.soft);

function fresh(text: Text, l: Layout, spot: Spot): string {
  const { leaf, element, depth } = spot;
  switch (l.kind) {
    case 'number':
    case 'truth':
      return `f[${wordAt(leaf, element, 1)}]`;
    case 'bool':
      return `f[${wordAt(leaf, element, 1)}] > 0`;
    case 'cases':
      return freshCases(text, l, spot);
    case 'record': {
      const parts = partsOf(l.fields, leaf).map(
        (p) => `${key(p.name)}: ${fresh(text, p.layout, { ...spot, leaf: p.leaf })}`,
      );
      return `{ ${parts.join(', ')} }`;
    }
    case 'tuple':
      return `[${itemsOf(l)
        .map((p) => fresh(text, p.layout, { ...spot, leaf: leaf + p.leaf }))
        .join(', ')}]`;
    case 'array': {
      const size = flatSize(l);
      const at = size === undefined ? '' : wordAt(leaf, element, size);
      if (size !== undefined) return `f.slice(${at}, ${at} + ${size})`;
      if (l.cases)
        return `{ ${l.cases.map((name, i) => `${key(name)}: ${fresh(text, l.of, elementOf(l, spot, String(i)))}`).join(', ')} }`;
      const turn = `j${depth}`;
      return `Array.from({ length: ${l.size} }, (_, ${turn}) => (${fresh(text, l.of, elementOf(l, spot, turn))}))`;
    }
    default:
      return l satisfies never;
  }
}

const itemsOf = (l: Extract<Layout, { kind: 'tuple' }>) =>
  partsOf(
    l.items.map((layout, i) => ({ name: String(i), layout })),
    0,
  );

const elementOf = (l: ArrayLayout, { leaf, element, depth }: Spot, index: string): Spot => ({
  leaf,
  element: `(${element} * ${l.size} + ${index})`,
  depth: depth + 1,
});

function freshCases(text: Text, l: CasesLayout, { leaf, element }: Spot): string {
  const at = wordAt(leaf, element, l.size);
  if (!l.soft) {
    const index = `largest(f, ${at}, ${l.size})`;
    return l.cases ? `${text.constant(quote(l.cases))}[${index}]` : index;
  }
  if (!l.cases) return `f.slice(${at}, ${at} + ${l.size})`;
  return `{ ${l.cases.map((name, i) => `${key(name)}: f[${at} + ${i}]`).join(', ')} }`;
}

/** Statements that write a value over the one in `target`. */
function fill(text: Text, l: Layout, target: string, spot: Spot): void {
  const { leaf, element, depth } = spot;
  switch (l.kind) {
    case 'number':
    case 'truth':
    case 'bool':
      text.line(`${target} = ${fresh(text, l, spot)};`);
      return;
    case 'cases': {
      const at = wordAt(leaf, element, l.size);
      if (!l.soft) text.line(`${target} = ${fresh(text, l, spot)};`);
      else if (!l.cases) text.line(`copyTo(f, ${at}, ${target});`);
      for (const [i, name] of l.soft && l.cases ? l.cases.entries() : [])
        text.line(`${member(target, name)} = f[${at} + ${i}];`);
      return;
    }
    case 'record':
      for (const p of partsOf(l.fields, leaf)) fill(text, p.layout, member(target, p.name), { ...spot, leaf: p.leaf });
      return;
    case 'tuple':
      for (const p of itemsOf(l)) fill(text, p.layout, `${target}[${p.name}]`, { ...spot, leaf: leaf + p.leaf });
      return;
    case 'array': {
      const size = flatSize(l);
      if (size !== undefined) text.line(`copyTo(f, ${wordAt(leaf, element, size)}, ${target});`);
      else if (l.cases)
        for (const [i, name] of l.cases.entries())
          fill(text, l.of, member(target, name), elementOf(l, spot, String(i)));
      else {
        const turn = `j${depth}`;
        text.line(`for (let ${turn} = 0; ${turn} < ${l.size}; ${turn}++) {`);
        fill(indented(text), l.of, `${target}[${turn}]`, elementOf(l, spot, turn));
        text.line('}');
      }
      return;
    }
    default:
      l satisfies never;
  }
}
