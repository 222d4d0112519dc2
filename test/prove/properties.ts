/** Properties for tests: functions of a small program as assumptions and asserts over one box, and the truth about them on grids of points. */
import { reference } from '../../src/backends/reference.ts';
import { wasm } from '../../src/backends/wasm/index.ts';
import { leavesOf } from '../../src/ir/layout.ts';
import type { Quantified } from '../../src/lower/program.ts';
import { randomStream } from '../../src/num/random.ts';
import { graphBuilder } from '../../src/ops/build.ts';
import { type PropertyProof, proveProperty } from '../../src/prove/index.ts';
import type { Stated } from '../../src/prove/property.ts';
import { must } from '../../src/text/result.ts';
import { cover, type Span, span } from '../../src/text/span.ts';
import { programOf } from '../lower/lowering.ts';
import { succeed } from '../programs.ts';

/** Ends of the numbers of each parameter; cases and bools have none. */
export type Box = Readonly<
  Record<string, readonly [low: number | readonly number[], high: number | readonly number[]]>
>;

export interface Prepared {
  readonly property: Stated;
  readonly params: ReadonlyMap<string, Float32Array>;
}

/** All functions named take the same parameters. `left == right` are the sides of a relation. */
export function prepared(
  text: string,
  box: Box,
  names: { readonly assumes?: readonly string[]; readonly asserts: readonly string[] },
): Prepared {
  const program = programOf(text);
  const entryOf = (name: string) =>
    must(
      program.entries.find((e) => e.name === name),
      name,
    );
  const { assumes = [], asserts } = names;
  const first = entryOf(must(asserts[0]));
  const b = graphBuilder();
  const leaves = first.inputs.flatMap((i) => leavesOf(i.layout, i.name));
  const inputs = leaves.map(({ path, shape }) => b.input(path, shape));
  const outputs = [...assumes, ...asserts].map((name, i) => ({
    name: i < assumes.length ? `assume.${i}` : `assert.${i - assumes.length}`,
    value: must(b.inline(entryOf(name).graph, inputs)[0]),
  }));
  const at = [...asserts, ...assumes].map((name) => lineOf(entryOf(name).at)).reduce(cover);
  const property = {
    at,
    inputs: first.inputs.map(({ name, layout }): Quantified => ({ name, layout, at, box: endsOf(name, layout, box) })),
    graph: b.finish(outputs),
    assumes: assumes.map(() => at),
    asserts: asserts.map(() => at),
  };
  return { property, params: new Map(program.params.map((p) => [p.name, p.value])) };
}

/** `left == right`, or within e: two functions that take the same parameters. */
export function related(text: string, box: Box, [left, right]: readonly [string, string], within?: number): Prepared {
  const program = programOf(text);
  const [f, g] = [left, right].map((name) =>
    must(
      program.entries.find((e) => e.name === name),
      name,
    ),
  );
  const { inputs: own, at, output } = must(f);
  const b = graphBuilder();
  const inputs = own.flatMap((i) => leavesOf(i.layout, i.name)).map(({ path, shape }) => b.input(path, shape));
  const outputs = [must(f), must(g)].flatMap(({ graph }, side) =>
    b.inline(graph, inputs).map((value, i) => ({ name: `${side === 0 ? 'left' : 'right'}.${i}`, value })),
  );
  const property = {
    at,
    inputs: own.map(({ name, layout }): Quantified => ({ name, layout, at, box: endsOf(name, layout, box) })),
    graph: b.finish(outputs),
    assumes: [],
    asserts: [],
    relation: { sides: output, ...(within !== undefined && { within }) },
  };
  return { property, params: new Map(program.params.map((p) => [p.name, p.value])) };
}

/** The whole line of a function of a program, as if it stood in a `prove` block. */
function lineOf({ source, start }: Span): Span {
  const end = source.text.indexOf('\n', start);
  return span(source, source.text.lastIndexOf('\n', start) + 1, end < 0 ? source.text.length : end);
}

function endsOf(name: string, layout: Quantified['layout'], box: Box): Quantified['box'] {
  return leavesOf(layout, name).map(({ path, shape, layout: own }) => {
    const size = shape.reduce((n, d) => n * d, 1);
    const fill = (x: number | readonly number[]): Float32Array =>
      typeof x === 'number' ? new Float32Array(size).fill(x) : Float32Array.from(x);
    const [lo, hi] = box[path] ?? box[name] ?? (own.kind === 'bool' ? [-1, 1] : [0, 1]);
    return { lo: fill(lo), hi: fill(hi) };
  });
}

export function proofOf({ property, params }: Prepared, boxes = 2000): PropertyProof {
  const goOn = (p: { readonly boxes: number }): boolean => p.boxes < boxes;
  return succeed(proveProperty(property, params, { backend: wasm, random: randomStream(0, 0).uniform, goOn }));
}

/** Which asserts are false at a point where all assumptions hold, by the reference interpreter; nothing where none is. */
export function failedAt({
  property,
  params,
}: Prepared): (point: readonly Float32Array[]) => readonly number[] | undefined {
  const { run } = reference.compile(property.graph);
  const { assumes, asserts } = property;
  return (point) => {
    const outputs = run(point, params).outputs.map((o) => must(o[0]) > 0);
    if (!assumes.every((_, i) => outputs[i])) return undefined;
    const failed = asserts.flatMap((_, i) => (outputs[assumes.length + i] ? [] : [i]));
    return failed.length > 0 ? failed : undefined;
  };
}
