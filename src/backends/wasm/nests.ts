/**
 * Prints a plan of nests as a module: its steps as one straight line of code behind the export `run`, over an imported memory
 * that is the plan's arena. Sizes and addresses stand in the code. The same plan gives the same bytes.
 */
import type { LoopStep, Plan, Step, WhileStep } from '../../kernel/nest.ts';
import { must } from '../../text/result.ts';
import { axesOf } from '../nests/axes.ts';
import { type Meeting, printBarrier } from './barrier.ts';
import type { Code, Local } from './code.ts';
import { type ModuleBuilder, moduleBuilder } from './encode.ts';
import { MOST_PAGES, PAGE } from './host.ts';
import { printMap } from './map.ts';
import { PANEL_WORDS } from './panels.ts';
import { printArgmax, printPick, printScatter } from './pick.ts';
import { printContract, printReduce } from './reduce.ts';
import { countedLoop, type Site, walk } from './walk.ts';

/** Bytes for accumulators that stand in memory. */
const SCRATCH = 64;

export interface PlanModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Bytes of memory that it needs: the arena, and what the code itself works in. */
  readonly memory: number;
}

/** What a module has to know when several threads run over one memory. */
export interface Together {
  /** Where the words of the barrier are, in bytes. */
  readonly control: number;
  /** From this word on, the memory that this thread alone works in. A multiple of 16. */
  readonly workspace: number;
  readonly meeting: Meeting;
}

/** The module of a plan: imports `host.memory`, exports `run`. */
export function planModule(plan: Plan, together?: Together): PlanModule {
  const m = moduleBuilder();
  const { index, memory } = planFunction(m, plan, together);
  if (together) m.importMemory('host', 'memory', { least: 1, most: MOST_PAGES, shared: true });
  else m.importMemory('host', 'memory', { least: pagesOf(memory) });
  m.exportFunction('run', index);
  return { bytes: m.finish(), memory };
}

/** A plan as a function of a module, and the bytes of memory up to which it works. */
export function planFunction(
  m: ModuleBuilder,
  plan: Plan,
  together?: Together,
): { readonly index: number; readonly memory: number } {
  const used = { panels: 0 };
  const barrier = together && printBarrier(m, together.control, together.meeting);
  const workspace = together?.workspace ?? plan.arena;
  const index = m.function({ params: [], results: [] }, (code) => {
    const site = siteOf(code, plan, { workspace, used, barrier });
    for (const step of plan.steps) printStep(site, step);
  });
  return { index, memory: 4 * (workspace + used.panels) + SCRATCH };
}

export const pagesOf = (bytes: number): number => Math.max(1, Math.ceil(bytes / PAGE));

interface Working {
  readonly workspace: number;
  readonly used: Site['used'];
  readonly barrier: number | undefined;
}

/** The plan's buffers and one more, after the scratch bytes of the workspace. */
function siteOf(code: Code, plan: Plan, { workspace, used, barrier }: Working): Site {
  const panels = { role: 'temporary', name: 'panels', offset: workspace + SCRATCH / 4, length: PANEL_WORDS } as const;
  return {
    code,
    plan: { ...plan, buffers: [...plan.buffers, panels] },
    variables: new Map(),
    scratch: 4 * workspace,
    panels: plan.buffers.length,
    used,
    barrier,
  };
}

type Printers = { readonly [K in Step['kind']]: (site: Site, step: Extract<Step, { kind: K }>) => unknown };

const PRINTERS: Printers = {
  map: printMap,
  reduce: printReduce,
  contract: printContract,
  pick: printPick,
  argmax: printArgmax,
  scatter: printScatter,
  loop: printLoop,
  while: printWhile,
  barrier: ({ code, barrier }) => barrier !== undefined && code.call(barrier),
};

function printStep(site: Site, step: Step): void {
  const print = PRINTERS[step.kind] as (site: Site, step: Step) => void;
  print(site, step);
}

function printLoop(site: Site, { variable, count, reverse, body }: LoopStep): void {
  if (count === 0) return;
  const { code } = site;
  const turn = code.local('i32');
  const inside = { ...site, variables: new Map([...site.variables, [variable, turn]]) };
  code.i32(reverse ? count - 1 : 0);
  code.set(turn);
  code.loop(() => {
    for (const step of body) printStep(inside, step);
    onward(code, turn, reverse ? -1 : 1);
    code.i32(reverse ? 0 : count);
    code.op(reverse ? 'i32.ge_s' : 'i32.lt_s');
    code.brIf(0);
  });
  code.free(turn);
}

function onward(code: Code, turn: Local, by: number): void {
  code.get(turn);
  code.i32(by);
  code.op('i32.add');
  code.tee(turn);
}

function printWhile(site: Site, { max, cond, test, body }: WhileStep): void {
  if (max === 0) return;
  const { code } = site;
  code.block(() =>
    countedLoop(code, max, () => {
      for (const step of cond) printStep(site, step);
      const { places } = axesOf([], [], [test]);
      const w = walk(site, places);
      w.load(must(places[0]), []);
      w.end();
      code.f32(0);
      code.op('f32.gt');
      code.op('i32.eqz');
      code.brIf(1);
      for (const step of body) printStep(site, step);
    }),
  );
}
