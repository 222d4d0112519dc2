/**
 * Values back in a source: written at their marks, compiled from nothing, compared bit by bit. What every road back to the text ends with:
 * training, weights of a file, simplifying.
 */
import type { ParamSpec } from '../lower/program.ts';
import { utf8Encode } from '../num/bytes.ts';
import { invariant, must } from '../text/result.ts';
import { type Certificate, makeCertificate } from './certificate.ts';
import { countCells, type Recompiled } from './certify.ts';
import { type Compiled, compileSource, type Host } from './compile.ts';
import { withClaimLine } from './simplify/index.ts';
import { skeletonOf } from './skeleton.ts';
import { countChanged, type Values, type WriteBack, writeBack } from './writeback.ts';

export interface ParamChange extends Pick<ParamSpec, 'name' | 'shape' | 'layout' | 'table' | 'at' | 'frozen'> {
  readonly before: Float32Array;
  readonly after: Float32Array;
  /** Elements whose bits changed. */
  readonly changed: number;
}

/** New weights in the source, and the proof that the source has them. */
export interface Written {
  readonly params: readonly ParamChange[];
  /** New texts and side files. */
  readonly written: WriteBack;
  /** Of the written program. */
  readonly certificate: Certificate;
  /** The re-entry: the written program compiled from nothing. Always 0 and true; anything else is a Bug. */
  readonly verified: { readonly parameters: number; readonly bitsDiffer: number; readonly graphEqual: boolean };
}

/** Writes values at the marks of a source, compiles the result from nothing and compares every bit. */
/** `line` comes to the top of the main file: what is claimed of the values. */
export function writeAndVerify(c: Compiled, host: Host, values: Values, line?: string): Written {
  const plain = writeBack(c.program, values, (path) => host.read(path));
  const written = line === undefined ? plain : withClaimLine(plain, c.source, line);
  const texts = new Map(written.files.map((f) => [f.name, utf8Encode(f.after)]));
  const sides = new Map(written.sides.map((s) => [s.path, s.bytes]));
  const overlay: Host = { read: (path) => sides.get(path) ?? texts.get(path) ?? host.read(path) };
  const after = written.files.find((f) => f.before === c.source)?.after ?? c.source.text;
  const again = compileSource({ name: c.source.name, text: after }, overlay);
  invariant(
    again.ok,
    `what was written does not compile: ${again.ok ? '' : again.problems.map((p) => p.title).join('; ')}`,
  );
  const params = c.program.params.map(({ value, ...spec }): ParamChange => {
    const now = values.get(spec.name) ?? value;
    return { ...spec, before: value, after: now, changed: countChanged(value, now) };
  });
  const read = new Map(again.value.program.params.map((p) => [p.name, p.value]));
  const bitsDiffer = params.reduce(
    (n, p) => n + countChanged(p.after, must(read.get(p.name), `${p.name} was lost`)),
    0,
  );
  invariant(
    bitsDiffer === 0 && again.value.graph === c.graph,
    `what was written is another program (${bitsDiffer} bits differ)`,
  );
  const parameters = countCells(params.filter((p) => !p.frozen));
  return {
    params,
    written,
    certificate: certificateOf(again.value),
    verified: { parameters, bitsDiffer, graphEqual: true },
  };
}

/** A certificate for the program as it stands. */
export function certificateOf(c: Compiled): Certificate {
  const { graph, entries, parameters, files } = recompiled(c);
  const skeletons = files.map(({ source, sites }) => skeletonOf(source, sites));
  return makeCertificate({ program: c.source.name, graph, entries, parameters, files: skeletons });
}

/** A program as certificates see it. */
export const recompiled = (c: Compiled): Recompiled => ({
  graph: c.graph,
  entries: c.entries.map(({ name, hash, at }) => ({ name, graph: hash, at })),
  parameters: c.program.params,
  files: c.files.map((source) => ({
    source,
    sites: c.program.sites.flatMap(({ at }) => (at.source.name === source.name ? [at] : [])),
  })),
});
