/** `sutra doctor`: what is installed here, what is not, and how to get the rest. */
import { accessSync, constants, readFileSync } from 'node:fs';
import { arch, availableParallelism, platform } from 'node:os';
import { EXIT } from '../exit.ts';
import { shipped } from '../files.ts';
import type { Verb } from '../main.ts';
import { findTools } from '../native/index.ts';
import { columns } from '../print.ts';
import { defaultThreads, workerStarts } from '../threads.ts';

interface Finding {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

const LEAST_NODE = [20, 19] as const;

function nodeFinding(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const ok = major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1]);
  const detail = ok
    ? `${process.version}`
    : `${process.version}; sutra needs ${LEAST_NODE.join('.')} or later (https://nodejs.org)`;
  return { name: 'node', ok, detail };
}

function folderFinding(): Finding {
  try {
    accessSync('.', constants.W_OK);
    return { name: 'this folder', ok: true, detail: 'can be written, so training can keep its runs here' };
  } catch {
    return {
      name: 'this folder',
      ok: false,
      detail: 'cannot be written: training keeps its runs beside the program and would refuse',
    };
  }
}

/** Whether a worker starts and hears; without one everything runs on one thread. */
async function threadsFinding(): Promise<Finding> {
  const isHeard = await workerStarts();
  const most = defaultThreads();
  const detail = !isHeard
    ? 'no worker starts here: one thread, the same bits'
    : most === 1
      ? 'one processor: one thread'
      : `large steps use up to ${most} (\`--threads N\`), with the same bits`;
  return { name: 'threads', ok: true, detail };
}

/** Backends that a later version has; listed so that nobody looks for them in vain. */
const ABSENT = ['webgpu', 'onnxruntime'] as const;

/** It is optional: what is missing is told, but nothing is wrong. */
async function nativeFinding(): Promise<Finding> {
  const tools = await findTools();
  const detail = tools.ok
    ? `${tools.compiler.version}; the same bits, faster on large products`
    : `needs ${tools.what}; without it \`wasm\` runs instead. ${tools.hint}`;
  return { name: 'backend native', ok: true, detail };
}

export const verb: Verb<'doctor'> = async (_, session) => {
  const manifest = JSON.parse(readFileSync(shipped('package.json'), 'utf8')) as { readonly version: string };
  const findings: Finding[] = [
    { name: 'sutra', ok: true, detail: manifest.version },
    nodeFinding(),
    { name: 'machine', ok: true, detail: `${platform()} ${arch()}, ${availableParallelism()} processors` },
    { name: 'backend reference', ok: true, detail: 'built in; defines the bits' },
    { name: 'backend wasm', ok: true, detail: 'built in; the same bits, faster' },
    await nativeFinding(),
    ...ABSENT.map((name) => ({ name: `backend ${name}`, ok: true, detail: 'not in this version; nothing to install' })),
    await threadsFinding(),
    folderFinding(),
  ];
  const isWell = findings.every((f) => f.ok);
  if (session.options.json) session.json({ ok: isWell, findings });
  else session.terminal.out(columns(findings.map((f) => [f.ok ? 'ok' : 'no', f.name, f.detail])));
  return isWell ? EXIT.done : EXIT.problems;
};
