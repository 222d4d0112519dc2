/** Worker threads that work at parts of a proof: real ones, well and ill, and made-up ones with a clock of the test's own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';
import { type Answer, gathering, type Link, type Order, PATIENCE_MS, SILENCE_MS } from '../../src/cli/proving/crew.ts';
import { seatOf } from '../../src/cli/proving/seats.ts';
import { must } from '../../src/text/result.ts';
import type { Loose, Task } from '../../src/verify/index.ts';
import { asked, searched, textOf } from '../verify/products.ts';

const folder = mkdtempSync(join(tmpdir(), 'sutra-crew-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The program of a worker, in which every report but the first meets an accident. */
function programThat(name: string, accident: string): URL {
  const outfile = join(folder, `${name}.mjs`);
  const before = `
import { workerData as seat } from 'node:worker_threads';
const post = seat.port.postMessage.bind(seat.port);
let reports = 0;
seat.port.postMessage = (answer) => {
  if (answer.kind === 'report' && ++reports >= 2) { ${accident} }
  post(answer);
};`;
  buildSync({
    entryPoints: [fileURLToPath(new URL('../../src/cli/searcher.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: { js: before },
  });
  return pathToFileURL(outfile);
}

const ACCIDENTS: Readonly<Record<string, string>> = {
  nothing: '',
  dies: 'process.exit();',
  fails: "throw new Error('an accident');",
  hangs: 'for (;;);',
  'finds nothing out': 'answer.report.worked = undefined;',
};

describe('a proof with a thread beside it', () => {
  const of = asked(1.02);
  const alone = searched(of);
  const task: Task = { question: of.question, finishes: false };

  it.each(Object.entries(ACCIDENTS))('is that of one thread: %s happens to it', (name, accident) => {
    const start = seatOf(programThat(name.replaceAll(' ', '-'), accident));
    let answers = 0;
    const counted = (words: Int32Array, worker: number): Link => {
      const link = start(words, worker);
      const hear = (): Answer | undefined => {
        const answer = link.hear();
        if (answer?.kind === 'report') answers++;
        return answer;
      };
      return { ...link, hear };
    };
    // after the first answer a hundred times as fast: so nobody waits long for those who are silent
    let [time, last] = [0, performance.now()];
    const now = (): number => {
      const real = performance.now();
      time += (real - last) * (answers > 0 ? 100 : 1);
      last = real;
      return time;
    };
    const crew = gathering({ start: counted, now }, 1)(task);
    const ready = Date.now() + 8000;
    while (crew.idle() === 0 && Date.now() < ready) crew.reports(false);
    const found = searched(of, { crew });
    expect(answers).toBeGreaterThan(0);
    expect(textOf(found, of)).toBe(textOf(alone, of));
    expect(alone.kind).toBe('proved');
  });
});

describe('a crew', () => {
  const numbers = new Float32Array(100);
  const task = { question: { graph: { nodes: [{ op: 'const', attrs: { data: numbers } }] } } } as unknown as Task;
  const part = {} as Loose;

  function made(workers = 1, most?: number) {
    let now = 0;
    const told: Order[][] = [];
    const answers: Answer[][] = [];
    const stopped: number[] = [];
    const start = (_: Int32Array, worker: number): Link => {
      told[worker] = [];
      answers[worker] = [{ kind: 'ready' }];
      return {
        tell: (order) => must(told[worker]).push(order),
        hear: () => must(answers[worker]).shift(),
        stop: () => stopped.push(worker),
      };
    };
    const muster = gathering({ start, now: () => now }, workers, most);
    const pass = (ms: number): void => {
      now += ms;
    };
    return { muster, told, answers, stopped, pass };
  }

  it('starts no thread for what is decided soon', () => {
    const { muster, told, pass } = made(2);
    const crew = muster(task);
    pass(PATIENCE_MS - 1);
    expect([crew.idle(), told.length]).toEqual([0, 0]);
    pass(1);
    expect([crew.idle(), told.length]).toEqual([0, 2]);
    crew.reports(false);
    expect(crew.idle()).toBe(2);
  });

  it('is nobody where each would have too large a copy', () => {
    for (const [most, workers] of [
      [99, 0],
      [100, 1],
    ] as const) {
      const { muster, told, pass } = made(1, most);
      const crew = muster(task);
      pass(PATIENCE_MS);
      crew.idle();
      expect(told.length).toBe(workers);
    }
  });

  it('is told a task once, and what it found of another one is not heard', () => {
    const { muster, told, answers, pass } = made();
    const first = muster(task);
    pass(PATIENCE_MS);
    first.idle();
    first.reports(false);
    first.hand(0, part);
    must(answers[0]).push({ kind: 'report', report: { id: 0, worked: {} as never } });
    expect(first.reports(false)).toHaveLength(1);
    first.hand(1, part);
    first.end();
    const second = muster(task);
    pass(PATIENCE_MS);
    expect(second.idle()).toBe(0);
    must(answers[0]).push({ kind: 'report', report: { id: 1, worked: {} as never } });
    expect(second.reports(false)).toEqual([]);
    expect(second.idle()).toBe(1);
    second.hand(0, part);
    expect(must(told[0]).map((order) => order.kind)).toEqual(['task', 'part', 'part', 'task', 'part']);
  });

  it('gives up who is silent, and what it had goes back', () => {
    const { muster, stopped, pass } = made();
    const crew = muster(task);
    pass(PATIENCE_MS);
    crew.idle();
    crew.reports(false);
    crew.hand(5, part);
    pass(SILENCE_MS);
    expect(crew.reports(false)).toEqual([]);
    pass(SILENCE_MS);
    expect(crew.reports(false)).toEqual([{ id: 5, worked: undefined }]);
    expect([crew.idle(), stopped]).toEqual([0, [0]]);
  });

  it('is nobody where no thread starts', () => {
    const start = (): Link => {
      throw new Error('no more threads');
    };
    const crew = gathering({ start, now: () => PATIENCE_MS * performance.now() }, 2)(task);
    expect([crew.idle(), crew.reports(false)]).toEqual([0, []]);
  });
});
