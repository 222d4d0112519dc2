/**
 * Freezing one random program with random values at its marks: no mark is left, every function gives the same bits for random inputs, and the certificate
 * is replayed. The comparison runs both programs and asks nothing of what freezing says of itself. Called by the test and by `run-freeze.ts`.
 */
import { hasMarks } from '../../src/decompile/freeze/learned.ts';
import { writeBack } from '../../src/decompile/writeback.ts';
import type { Entry } from '../../src/lower/program.ts';
import { bitsOfF32 } from '../../src/num/bits.ts';
import { evaluate } from '../../src/ops/reference.ts';
import { type Compiled, certifyFrozen, compile, freeze, type Host } from '../../src/road.ts';
import { parse } from '../../src/syntax/index.ts';
import { renderProblem } from '../../src/text/render.ts';
import { inputNames, randomInput } from './meaning.ts';
import { randomProgram } from './program.ts';
import { random } from './random.ts';
import { randomValue } from './roundtrip.ts';

const NAME = 'program.su';
const RUNS = 4;

export interface FreezeTrip {
  readonly changes: number;
  readonly functions: number;
  /** Changes that were proposed and not made. */
  readonly left: number;
}

function compiled(text: string, host: Host): Compiled {
  const result = compile({ name: NAME, text }, host);
  if (result.ok) return result.value;
  throw new Error(`does not compile:\n${result.problems.map((p) => renderProblem(p)).join('\n')}\n${text}`);
}

/** The program with random values: what training could have left. */
function learned(seed: number): { readonly program: Compiled; readonly host: Host } {
  const first = compiled(randomProgram(seed), { read: () => undefined });
  const r = random(seed ^ 0xf4ee2e);
  const values = new Map(first.program.params.filter((p) => !p.frozen).map((p) => [p.name, randomValue(r, p)]));
  const written = writeBack(first.program, values, () => undefined);
  const sides = new Map(written.sides.map((s) => [s.path, s.bytes]));
  const host: Host = { read: (path) => sides.get(path) };
  return { program: compiled(written.files[0]?.after ?? first.source.text, host), host };
}

const typesOf = ({ inputs, output }: Entry): string => JSON.stringify([inputs.map((i) => i.layout), output]);

export function freezeTrip(seed: number): FreezeTrip {
  const { program, host } = learned(seed);
  const { text } = program.source;
  if (!hasMarks(parse(program.source).module)) return { changes: 0, functions: 0, left: 0 };
  const done = freeze(program, host, [NAME, NAME]);
  if (!done.ok) throw new Error(`seed ${seed}: ${done.problems.map((p) => p.title).join()}\n${text}`);
  const { certificate, left } = done.value;
  const complain = (what: string): never => {
    throw new Error(`seed ${seed}: ${what}\n${text}\n--- frozen\n${done.value.text}`);
  };
  const again = compiled(done.value.text, host);
  if (left.length > 0) complain(`not frozen: ${left.map((l) => `${l.before} -> ${l.after}`).join('; ')}`);
  const params = [program, again].map((c) => new Map(c.program.params.map((p) => [p.name, p.value])));
  const r = random(seed ^ 0xbead);
  for (const entry of again.entries) {
    const was = program.entries.find((e) => e.name === entry.name);
    if (!was) return complain(`${entry.name} is new`);
    if (typesOf(was) !== typesOf(entry)) {
      // a machine's own functions speak of the states that are left
      if (!certificate.stages.some((stage) => stage.rule === 'states')) complain(`${entry.name} has other types`);
      continue;
    }
    const names = inputNames(was.graph);
    for (let run = 0; run < RUNS; run++) {
      const inputs = was.graph.inputs.map((v, i) =>
        randomInput(r, was, names[i] ?? '', was.graph.types[v]?.shape ?? []),
      );
      const [a, b] = [was, entry].map((e, i) => evaluate(e.graph, inputs, params[i] ?? new Map()).outputs);
      const bits = (o: readonly ArrayLike<number>[] | undefined): string =>
        JSON.stringify(o?.map((leaf) => Array.from(leaf, bitsOfF32)));
      if (bits(a) !== bits(b)) complain(`${entry.name} gives ${JSON.stringify(b)}, not ${JSON.stringify(a)}`);
    }
  }
  const report = certifyFrozen(certificate, program.source, again.source, host);
  if (!report.ok) complain(report.problems.map((p) => `${p.title} ${p.help}`).join());
  return {
    changes: certificate.stages.reduce((n, s) => n + s.changes.length, 0),
    functions: again.entries.length,
    left: left.length,
  };
}
