/** The stages of the compilation as text, for `sutra explain --stage`: each shows what the compiler holds at that point. */
import { splitPlan } from '../backends/parallel/index.ts';
import { printSplit } from '../backends/parallel/print.ts';
import { schedulePlan } from '../backends/schedule/index.ts';
import { planModule } from '../backends/wasm/nests.ts';
import { showType } from '../check/show.ts';
import { wordOf } from '../check/signature.ts';
import { raiseProgram } from '../decompile/raise/program.ts';
import type { Graph, Node } from '../ir/graph.ts';
import { printGraph } from '../ir/print.ts';
import { kernelBuilder } from '../kernel/build.ts';
import type { Expr } from '../kernel/expr.ts';
import { printJs } from '../kernel/print-js.ts';
import { printPlan } from '../kernel/print-nest.ts';
import { OPS } from '../ops/index.ts';
import type { Compiled, CompiledEntry } from '../road.ts';
import { problem } from '../text/problem.ts';
import { fail, ok, type Result } from '../text/result.ts';
import { textOf } from '../text/span.ts';
import { gradientGraph } from '../train/graphs.ts';
import type { STAGES } from './options.ts';
import { columns } from './print.ts';
import { lineOf } from './report.ts';

export type Stage = (typeof STAGES)[number];

/** The stage of a whole program, or of the given functions where it has one text per function. */
export function stageText(
  c: Compiled,
  entries: readonly CompiledEntry[],
  { stage, threads }: { readonly stage: Exclude<Stage, 'tokens' | 'tree'>; readonly threads: number },
): Result<string> {
  switch (stage) {
    case 'types':
      return ok(typesText(c));
    case 'sites':
      return ok(sitesText(c));
    case 'graph':
      return ok(perEntry(entries, (e) => printGraph(e.graph)));
    case 'ready':
      return ok(perEntry(entries, (e) => printGraph(e.ready)));
    case 'kernels':
      return ok(`${perEntry(entries, (e) => planText(e, threads))}\n${kernelsText(entries.map((e) => e.ready))}`);
    case 'gradient':
      return gradientText(c);
    case 'source':
      return sourceText(c, entries);
    default:
      return stage satisfies never;
  }
}

const perEntry = (entries: readonly CompiledEntry[], text: (e: CompiledEntry) => string): string =>
  entries.map((e) => `// ${e.name}\n${text(e)}\n`).join('\n');

/** Every declaration with its type, as the checker understood it. */
function typesText({ module }: Compiled): string {
  const rows = [
    ...module.params
      .filter((p) => !p.table)
      .map((p) => [lineOf(p.at), `${p.frozen ? 'frozen ' : ''}param ${p.name}: ${showType(p.type)}`]),
    ...module.lets.map((l) => [lineOf(l.at), `let ${l.name}: ${showType(l.type)}`]),
    ...module.fns.map((f) => {
      const generics = f.generics.length > 0 ? `<${f.generics.map((g) => g.name).join(', ')}>` : '';
      const inputs = f.params.map((p) => `${p.name}: ${showType(p.type)}`);
      return [lineOf(f.at), `${wordOf(f)} ${f.name}${generics}(${inputs.join(', ')}) -> ${showType(f.result)}`];
    }),
  ];
  return columns(rows);
}

/** Every place that training may rewrite, with the parameter it belongs to and its text now. */
function sitesText({ program }: Compiled): string {
  return columns(
    program.sites.map((site) => {
      const owner =
        site.kind === 'number' ? `${site.param}[${site.index}]` : site.kind === 'load' ? site.param : site.root;
      return [lineOf(site.at), site.kind, owner, textOf(site.at)];
    }),
  );
}

/** The graphs as Sutra again: what is left of the functions when everything is inlined. */
function sourceText(c: Compiled, entries: readonly CompiledEntry[]): Result<string> {
  const raised = raiseProgram(c, entries);
  if (!raised.ok || raised.value.equal) return raised.ok ? ok(raised.value.text) : raised;
  return fail([problem('raise-differs', undefined, { file: c.source.name })]);
}

/** Loss and gradients of one example, as the trainer runs them. */
function gradientText({ program, source }: Compiled): Result<string> {
  if (!program.train) return fail([problem('no-train-block', undefined, { file: source.name })]);
  const learned = program.params.filter((p) => !p.frozen);
  return ok(
    `// loss, then its gradient by ${learned.map((p) => p.name).join(', ')}\n${printGraph(gradientGraph(program.train.loss, 1, learned, false))}\n`,
  );
}

const nodesOf = (graph: Graph): Node[] =>
  graph.nodes.flatMap((node) => {
    const bodies = Object.values(node.attrs as Readonly<Record<string, unknown>>).filter(isGraph);
    return [node, ...bodies.flatMap(nodesOf)];
  });

const isGraph = (value: unknown): value is Graph => typeof value === 'object' && value !== null && 'nodes' in value;

/** The loops that run, and the memory they need: of the arena, what is alive at once; and what their code works in beside it. Then what threads share. */
function planText({ ready }: CompiledEntry, threads: number): string {
  const plan = schedulePlan(ready);
  const beside = planModule(plan).memory - 4 * plan.arena;
  return (
    `// an arena of ${4 * plan.arena} bytes, of which ${4 * plan.peak} are alive at once\n` +
    `// and ${beside} bytes that WebAssembly works in beside it\n` +
    `${printPlan(plan)}${printSplit(splitPlan(plan, { threads }), threads)}`
  );
}

/** The scalar steps of each elementwise op that the graphs use: the whole meaning of that op. */
function kernelsText(graphs: readonly Graph[]): string {
  const first = new Map(graphs.flatMap(nodesOf).map((node) => [node.op, node]));
  const texts = [...first.values()].sort((a, b) => (a.op < b.op ? -1 : 1)).flatMap(kernelText);
  return `// $f rounds to float32; the rest is arithmetic of doubles and integers.\n\n${texts.join('\n')}`;
}

type ScalarRule = (k: ReturnType<typeof kernelBuilder>, args: readonly Expr[], attrs: unknown) => Expr;

function kernelText(node: Node): string[] {
  const { scalar, doc } = OPS[node.op];
  if (!scalar) return [];
  const k = kernelBuilder();
  const args = node.inputs.map((_, i) => k.arg('f32', i));
  const { statements, result } = printJs((scalar as ScalarRule)(k, args, node.attrs));
  const inputs = args.map((_, i) => `a${i}`).join(', ');
  const body = statements === '' ? '' : `${statements.replace(/^/gm, '  ')}\n`;
  return [`// ${doc}\n${node.op}(${inputs}) {\n${body}  return ${result};\n}\n`];
}
