/**
 * A page in Chromium gives the bits that Node gives: built models, the compiler itself on every example, random graphs and programs,
 * and every elementary function.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build as bundle } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { must } from '../../src/text/result.ts';
import { build, EXAMPLE_FILES, exampleSubjects, fileOf, importScript } from '../artefact/built.ts';
import { findChromium, openPage } from './chromium.ts';
import type { Job } from './page.ts';
import {
  type BuiltModel,
  elementaryWork,
  examplesWork,
  graphsWork,
  type Hashes,
  modelWork,
  programsWork,
} from './work.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const EXAMPLES = `${ROOT}examples/`;
const TIMEOUT_MS = 180_000;
const [GRAPHS, PROGRAMS, CHUNKS] = [300, 50, 16];

const models = EXAMPLE_FILES.flatMap((file) =>
  exampleSubjects(file).map((subject, i) => ({
    subject,
    name: `${file}:${subject.function}`,
    folder: `models/${file}/${i}`,
  })),
).map((model) => ({ ...model, artefact: build(model.subject, 'wasm') }));

/** Sources and weights, not the tables. */
const files = readdirSync(EXAMPLES, { recursive: true, encoding: 'utf8' }).filter(
  (path) => /\.(su|safetensors)$/.test(path) && !/\.sutra|\.data\./.test(path),
);
const read = (path: string): Uint8Array | undefined =>
  files.includes(path) ? readFileSync(EXAMPLES + path) : undefined;

async function served(): Promise<Map<string, string | Uint8Array>> {
  const { outputFiles } = await bundle({
    entryPoints: [`${ROOT}test/browser/page.ts`],
    bundle: true,
    platform: 'browser',
    format: 'esm',
    target: 'es2022',
    write: false,
  });
  const job: Job = {
    programs: EXAMPLE_FILES,
    files,
    graphs: GRAPHS,
    randomPrograms: PROGRAMS,
    chunks: CHUNKS,
    models: models.map(({ folder, name, subject }) => ({ folder, name, subject: { inputs: subject.inputs } })),
  };
  return new Map<string, string | Uint8Array>([
    [
      'index.html',
      '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>',
    ],
    ['page.js', must(outputFiles[0]).contents],
    ['job.json', JSON.stringify(job)],
    ...files.map((path) => [`files/${path}`, must(read(path))] as const),
    ...models.flatMap(({ folder, artefact }) =>
      ['model.js', 'model.wasm'].map((name) => [`${folder}/${name}`, fileOf(artefact, name)] as const),
    ),
  ]);
}

async function inNode(): Promise<Hashes> {
  const built: Hashes = {};
  for (const { name, subject, artefact } of models) {
    const { load } = await importScript(artefact);
    built[`model ${name}`] = modelWork(subject, (await load(fileOf(artefact, 'model.wasm'))) as BuiltModel);
  }
  return {
    ...built,
    ...examplesWork(EXAMPLE_FILES, { read }),
    ...graphsWork(GRAPHS),
    ...programsWork(PROGRAMS),
    ...elementaryWork(CHUNKS),
  };
}

const chromium = findChromium();

describe('a page in Chromium', () => {
  it.skipIf(chromium === undefined)(
    'gives the bits of Node',
    async () => {
      const [page, node] = await Promise.all([openPage(must(chromium), await served(), TIMEOUT_MS), inNode()]);
      const found = JSON.parse(page) as Hashes;
      expect(found.failed).toBeUndefined();
      expect(Object.keys(node).length).toBeGreaterThan(100);
      expect(found).toEqual(node);
    },
    TIMEOUT_MS + 20_000,
  );
});
