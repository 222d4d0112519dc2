/**
 * numpy and PyTorch: a Python process each that does what it is told over a pipe and answers its own clock. Debian's packages
 * python3-numpy, python3-torch and libopenblas0-pthread; `SUTRA_BENCH_PYTHON` names another interpreter.
 */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Contender, Found, Prepared } from '../contender.ts';
import { RULES_EPOCHS, RULES_RATE } from '../sutra.ts';
import { ADAM, CHECKED_STEPS, type Tensors, type Work } from '../work.ts';

const PYTHON = process.env.SUTRA_BENCH_PYTHON ?? '/usr/bin/python3';

/** Libraries that are not told the CPU may choose kernels many times too slow for it. */
export function tuning(): Readonly<Record<string, string>> {
  const flags = cpuFlags();
  const has512 = ['avx512f', 'avx512bw', 'avx512dq', 'avx512vl'].every((f) => flags.has(f));
  return {
    OPENBLAS_NUM_THREADS: '1',
    OMP_NUM_THREADS: '1',
    // Arrays are used again instead of being given back to the system and cleared by it.
    MALLOC_MMAP_THRESHOLD_: '1073741824',
    MALLOC_TRIM_THRESHOLD_: '1073741824',
    ...(has512
      ? { OPENBLAS_CORETYPE: 'SKYLAKEX', ATEN_CPU_CAPABILITY: 'avx512' }
      : flags.has('avx2') && { OPENBLAS_CORETYPE: 'HASWELL' }),
  };
}

function cpuFlags(): ReadonlySet<string> {
  try {
    const line = /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'));
    return new Set(line?.[1]?.trim().split(' '));
  } catch {
    return new Set();
  }
}

export async function openPython(root: string, library: 'numpy' | 'torch', name: string): Promise<Found> {
  const probe = spawnSync(PYTHON, ['-c', `import numpy, ${library}`], { encoding: 'utf8' });
  if (probe.error) return { is: 'missing', name, why: `there is no ${PYTHON}` };
  const why = probe.stderr.trim().split('\n').at(-1) ?? '';
  if (probe.status !== 0) return { is: 'missing', name, why: `${PYTHON}: ${why}` };
  const pipe = openPipe(join(root, 'bench/peers/python/serve.py'));
  const { about, blas } = await pipe.ask<{ about: string; blas: string }>({ do: 'about', library });
  const settings = Object.entries(tuning()).map(([k, v]) => `${k}=${v}`);
  const contender: Contender = {
    name,
    about: [about, blas, ...settings].join(', '),
    prepare: (work, tensors) => prepare(pipe, library, work, tensors),
    close: pipe.close,
  };
  return { is: 'here', contender };
}

async function prepare(pipe: Pipe, library: string, work: Work, tensors: Tensors): Promise<Prepared | undefined> {
  const isRules = work.kind === 'rules';
  const { results, note } = await pipe.ask<{ results: Record<string, string> | null; note?: string | null }>({
    do: 'prepare',
    library,
    work,
    adam: isRules ? { ...ADAM, rate: RULES_RATE } : ADAM,
    steps: isRules ? RULES_EPOCHS : CHECKED_STEPS,
    tensors: Object.fromEntries(Array.from(tensors, ([key, { shape, data }]) => [key, { shape, data: base64(data) }])),
  });
  if (!results) return undefined;
  return {
    results: new Map(Object.entries(results).map(([key, text]) => [key, floats(text)])),
    time: async (runs) => (await pipe.ask<{ seconds: number }>({ do: 'time', library, runs })).seconds,
    ...(note != null && { note }),
  };
}

const base64 = (data: Float32Array): string =>
  Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64');
const floats = (text: string): Float32Array => new Float32Array(new Uint8Array(Buffer.from(text, 'base64')).buffer);

interface Pipe {
  ask<T>(request: object): Promise<T>;
  close(): void;
}

function openPipe(script: string): Pipe {
  const child: ChildProcessWithoutNullStreams = spawn(PYTHON, [script], { env: { ...process.env, ...tuning() } });
  child.stderr.pipe(process.stderr);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask<T>(request: object) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error('the Python peer ended');
      return JSON.parse(value as string) as T;
    },
    close: () => void child.stdin.end(),
  };
}
