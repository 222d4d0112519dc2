/** Plans as text, for people and for tests: buffers with their places, then the steps as loops over kernels. */
import { must } from '../text/result.ts';
import { inOrder } from './build.ts';
import type { Expr } from './expr.ts';
import type { Access, Affine, Epilogue, Plan, Step, Store } from './nest.ts';

/** The whole plan. Constants are told by their size only. */
export function printPlan(plan: Plan): string {
  const buffers = plan.buffers.map((b) => `${b.role} ${b.name}: ${b.length} at ${b.offset}`);
  const name = (id: number): string => must(plan.buffers[id]).name;
  const results = [
    ...plan.outputs.map((id, i) => `result ${i} in ${name(id)}`),
    ...plan.alarms.map((id, i) => `alarm ${i} in ${name(id)}`),
  ];
  const head = `arena ${plan.arena} words, ${plan.peak} alive at most`;
  return `${[head, ...buffers, ...printSteps(plan, plan.steps), ...results].join('\n')}\n`;
}

const VARIABLES = 'ijklmnopqrstuvwxyz';

const indented = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);
const printSteps = (plan: Plan, steps: readonly Step[]): string[] => steps.flatMap((step) => printStep(plan, step));

/** `i < 4, j < 3` from the given variable on. */
const ranges = (extents: readonly number[], from = 0): string =>
  extents.map((n, d) => `${VARIABLES[from + d]} < ${n}`).join(', ');

const over = (loops: readonly number[]): string => (loops.length === 0 ? '' : ` over ${ranges(loops)}`);

const along = (loops: readonly number[], reduced: readonly number[]): string =>
  reduced.length === 0 ? '' : ` along ${ranges(reduced, loops.length)}`;

function printStep(plan: Plan, step: Step): string[] {
  const at = (access: Access): string => printAccess(plan, access);
  switch (step.kind) {
    case 'map':
      return [`map${over(step.loops)}`, ...indented(printStores(plan, step.loads.map(at), step.stores))];
    case 'reduce':
      return [
        `${step.combine}${over(step.loops)}${along(step.loops, step.reduced)}`,
        ...indented(printKernels(step.loads.map(at), [['term', step.term]])),
        ...printEpilogue(plan, step.epilogue),
      ];
    case 'contract':
      return [
        `${step.combine} product${over(step.loops)}${along(step.loops, step.reduced)}: ${at(step.lhs)} · ${at(step.rhs)}`,
        ...printEpilogue(plan, step.epilogue),
      ];
    case 'pick':
      return [
        `pick${over(step.loops)}${along(step.loops, step.reduced)}: ${at(step.rhs)} where ${at(step.lhs)} is largest`,
        ...printEpilogue(plan, step.epilogue),
      ];
    case 'argmax':
      return [`argmax${over(step.loops)}${along(step.loops, step.reduced)}: ${at(step.to)} of ${at(step.from)}`];
    case 'scatter':
      return [`scatter${over(step.loops)} along ${VARIABLES[step.along]}: ${at(step.to)} += ${at(step.from)}`];
    case 'loop': {
      const order = step.reverse ? 'down from' : 'up to';
      return [`loop t${step.variable} ${order} ${step.count}`, ...indented(printSteps(plan, step.body))];
    }
    case 'while':
      return [
        `while at most ${step.max}`,
        ...indented([...printSteps(plan, step.cond), `stop unless ${at(step.test)} > 0`]),
        ...indented(printSteps(plan, step.body)),
      ];
    case 'barrier':
      return ['barrier'];
    default:
      return step satisfies never;
  }
}

function printAffine({ base, strides }: Affine, more: readonly string[] = []): string {
  const terms = strides.flatMap((s, d) => (s === 0 ? [] : [s === 1 ? must(VARIABLES[d]) : `${s}${VARIABLES[d]}`]));
  const all = [...terms, ...more, ...(base === 0 ? [] : [String(base)])];
  return all.length === 0 ? '0' : all.join(' + ');
}

function printAccess(plan: Plan, access: Access): string {
  const name = (id: number): string => must(plan.buffers[id]).name;
  const more = [
    ...access.outer.map(({ variable, stride }) => `${stride === 1 ? '' : stride}t${variable}`),
    ...access.gathers.map((g) => `${name(g.table)}[${printAffine(g)}]`),
  ];
  return `${name(access.buffer)}[${printAffine(access, more)}]`;
}

const printEpilogue = (plan: Plan, { loads, stores }: Epilogue): string[] =>
  indented(printStores(plan, ['result', ...loads.map((a) => printAccess(plan, a))], stores));

const printStores = (plan: Plan, args: readonly string[], stores: readonly Store[]): string[] =>
  printKernels(
    args,
    stores.map(({ to, value }) => [printAccess(plan, to), value]),
  );

/** The steps of several kernels, shared ones once, then what they are for. */
function printKernels(args: readonly string[], kernels: readonly (readonly [string, Expr])[]): string[] {
  const names = new Map<Expr, string>();
  const lines: string[] = [];
  for (const e of inOrder(kernels.map(([, value]) => value))) {
    const text = printNode(e, args, (x) => must(names.get(x)));
    const computed = e.kind === 'step' || e.kind === 'select';
    names.set(e, computed ? `%${lines.length}` : text);
    if (computed) lines.push(`%${lines.length} = ${text}`);
  }
  return [...lines, ...kernels.map(([to, value]) => `${to} = ${must(names.get(value))}`)];
}

function printNode(e: Expr, args: readonly string[], name: (e: Expr) => string): string {
  switch (e.kind) {
    case 'arg':
      return must(args[e.index]);
    case 'const':
      return Object.is(e.value, -0) ? '-0' : String(e.value);
    case 'step':
      return `${e.step}(${e.args.map(name).join(', ')})`;
    case 'select':
      return `${name(e.mask)} ? ${name(e.then)} : ${name(e.else)}`;
    default:
      return e satisfies never;
  }
}
