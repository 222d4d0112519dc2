/**
 * Prints plans as C: one function `void NAME(float *arena)` each, its steps in order over the plan's arena, sizes and addresses in the
 * code. The same plan gives the same text. `width` 1 is plain C99 for any compiler; 16 is for GCC and Clang.
 */
import type { Buffer, BufferId, LoopStep, Plan, Step, WhileStep } from '../../kernel/nest.ts';
import { Bug, invariant, must } from '../../text/result.ts';
import { axesOf } from '../nests/axes.ts';
import { describeStep } from './describe.ts';
import type { Width } from './expr.ts';
import { newLines } from './lines.ts';
import { f32Literal } from './literal.ts';
import { printMap } from './map.ts';
import { cNames } from './names.ts';
import { printArgmax, printPick, printScatter } from './pick.ts';
import { elementText, turnOf } from './places.ts';
import { preludeText } from './prelude.ts';
import { printContract, printReduce } from './reduce.ts';
import { newSite, type Site } from './site.ts';

export interface NamedPlan {
  /** The name of its function: a C name that no other plan of the file has. */
  readonly name: string;
  readonly plan: Plan;
}

export interface COptions {
  readonly width: Width;
  /** Where constants and tables are: laid in the arena by the caller before the first run, or written in the file. */
  readonly constants: 'arena' | 'text';
  /** Lets the compiler fuse a product and a sum, which changes bits. */
  readonly mayFuse?: boolean;
}

export interface CText {
  /** Headers, refusals, types and helpers. */
  readonly prelude: string;
  /** Constants and tables, where they are written in the file. */
  readonly data: string;
  readonly functions: string;
}

/** The parts of one file, to be joined in this order. */
export function printC(plans: readonly NamedPlan[], { width, constants, mayFuse = false }: COptions): CText {
  const needs = new Set<string>();
  const printed = plans.map((named) => printPlan(named, { width, constants, needs }));
  return {
    prelude: preludeText({ width, mayFuse, needs }),
    data: printed.map((p) => p.data).join(''),
    functions: printed.map((p) => p.functions).join('\n'),
  };
}

/** A whole file. */
export function printFile(plans: readonly NamedPlan[], options: COptions): string {
  const { prelude, data, functions } = printC(plans, options);
  return prelude + data + functions;
}

type Shared = Pick<COptions, 'width' | 'constants'> & { readonly needs: Set<string> };

function printPlan({ name, plan }: NamedPlan, shared: Shared): { readonly data: string; readonly functions: string } {
  const names = cNames(plan.buffers.map((b) => b.name));
  const inText = (b: Buffer): boolean => shared.constants === 'text' && b.data !== undefined;
  const read = new Set<BufferId>();
  const declared = (id: BufferId): string => {
    const buffer = must(plan.buffers[id]);
    const type = buffer.role === 'table' ? 'const int32_t' : buffer.role === 'constant' ? 'const float' : 'float';
    const from = inText(buffer) ? `${name}_${names[id]}` : fromArena(buffer);
    return `${type} *const ${names[id]} = ${from}; /* ${buffer.role}, ${wordsText(buffer.length)} */`;
  };
  const printed = (head: string, steps: readonly Step[]): string => {
    const used = new Set<BufferId>();
    const body = newLines();
    const site = newSite({ ...shared, out: body, plan, names, used });
    body.block('', () => {
      for (const step of steps) printStep(site, step);
    });
    for (const id of used) read.add(id);
    const declarations = [...used].sort((a, b) => a - b).map((id) => `  ${declared(id)}\n`);
    return `${head} ${body.text().replace('\n', `\n${declarations.join('')}`)}`;
  };
  const functions = printFunctions(name, plan, { printed, isolated: shared.width === 16 });
  const data = newLines();
  plan.buffers.forEach((b, id) => {
    if (inText(b) && read.has(id)) printData(data.line, `${name}_${must(names[id])}`, must(b.data));
  });
  return { data: data.text().trimStart(), functions };
}

interface Printing {
  readonly printed: (head: string, steps: readonly Step[]) => string;
  readonly isolated: boolean;
}

/** One function, or several that one calls; GCC and Clang are told not to join them again. */
function printFunctions(name: string, plan: Plan, { printed, isolated }: Printing): string {
  const parts = partsOf(plan.steps);
  if (parts.length < 2) return printed(`void ${name}(float *arena)`, plan.steps);
  const apart = isolated ? '__attribute__((noinline)) ' : '';
  const functions = parts.map((steps, i) => printed(`${apart}static void ${name}_part${i}(float *arena)`, steps));
  const calls = parts.map((_, i) => `  ${name}_part${i}(arena);\n`);
  return `${functions.join('\n')}\nvoid ${name}(float *arena) {\n${calls.join('')}}\n`;
}

const wordsText = (n: number): string => (n === 1 ? '1 word' : `${n} words`);

function fromArena({ role, offset }: Buffer): string {
  const from = offset === 0 ? 'arena' : `arena + ${offset}`;
  return role === 'table' ? `(const int32_t *)(${from})` : from;
}

const PER_LINE = 8;

function printData(line: (text: string) => void, name: string, data: Float32Array | Int32Array): void {
  const type = data instanceof Float32Array ? 'float' : 'int32_t';
  const texts = Array.from(data, (x) => (data instanceof Float32Array ? f32Literal(x) : String(x)));
  line(`static const ${type} ${name}[${Math.max(1, data.length)}] = {`);
  for (let i = 0; i < texts.length; i += PER_LINE) line(`  ${texts.slice(i, i + PER_LINE).join(', ')},`);
  if (texts.length === 0) line('  0,');
  line('};');
  line('');
}

/** So many steps in one function: compilers take long over long ones. */
const PART = 40;

const sizeOf = (steps: readonly Step[]): number =>
  steps.reduce(
    (n, step) =>
      n +
      (step.kind === 'loop' ? sizeOf(step.body) : step.kind === 'while' ? sizeOf(step.cond) + sizeOf(step.body) : 1),
    0,
  );

function partsOf(steps: readonly Step[]): Step[][] {
  const parts: Step[][] = [];
  let size = PART;
  for (const step of steps) {
    const own = sizeOf([step]);
    if (size + own > PART) {
      parts.push([]);
      size = 0;
    }
    must(parts.at(-1)).push(step);
    size += own;
  }
  return parts;
}

type Printers = { readonly [K in Step['kind']]: (site: Site, step: Extract<Step, { kind: K }>) => void };

const PRINTERS: Printers = {
  map: printMap,
  reduce: printReduce,
  contract: printContract,
  pick: printPick,
  argmax: printArgmax,
  scatter: printScatter,
  loop: printLoop,
  while: printWhile,
  barrier: () => {
    throw new Bug('C is printed of whole plans, which one thread runs');
  },
};

function printStep(site: Site, step: Step): void {
  const print = PRINTERS[step.kind] as (site: Site, step: Step) => void;
  site.out.line('');
  site.out.line(`/* ${describeStep(step, site.buffer)} */`);
  print(site, step);
}

function printLoop(site: Site, { variable, count, reverse, body }: LoopStep): void {
  const turn = turnOf(variable);
  const head = reverse
    ? `for (long ${turn} = ${count - 1}; ${turn} >= 0; ${turn}--)`
    : `for (long ${turn} = 0; ${turn} < ${count}; ${turn}++)`;
  site.out.block(head, () => {
    for (const step of body) printStep(site, step);
  });
}

function printWhile(site: Site, { max, cond, test, body }: WhileStep): void {
  const count = site.fresh('count');
  site.out.block(`for (long ${count} = 0; ${count} < ${max}; ${count}++)`, () => {
    for (const step of cond) printStep(site, step);
    const [place] = axesOf([], [], [test]).places;
    invariant(place, 'a test is one word');
    site.out.line(`if (!(${elementText(site, place, [])} > 0.0f)) break;`);
    for (const step of body) printStep(site, step);
  });
}
