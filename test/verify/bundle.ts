/** Bundles a judge with one file of `src` edited, and loads it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { judgeNet } from './judge-net.ts';

/** One edit of a source. */
export interface Broken {
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** Nets on which it shows. */
  readonly on: string;
}

const HERE = fileURLToPath(new URL('./', import.meta.url));
const SRC = fileURLToPath(new URL('../../src/', import.meta.url));

/** Line breaks and indents count as one space: edits do not depend on the layout. */
function edited(text: string, { from, to }: Broken): string {
  const parts = from.split(/\s+/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const pattern = new RegExp(parts.join('\\s+'), 'g');
  if ([...text.matchAll(pattern)].length !== 1) throw new Error(`not one place for the edit: ${from}`);
  return text.replace(pattern, () => to);
}

/** A module beside this one, bundled with one edited file of `src`. */
export async function bundledWith<T>(entry: string, file: string, broken: Broken): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'broken-'));
  const outfile = join(folder, 'judge.mjs');
  const path = join(SRC, file);
  try {
    await build({
      entryPoints: [join(HERE, entry)],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'error',
      plugins: [
        {
          name: 'broken',
          setup: ({ onLoad }) =>
            onLoad({ filter: new RegExp(`[\\\\/]${basename(path).replace('.', '\\.')}$`) }, (args) =>
              args.path === path ? { contents: edited(readFileSync(path, 'utf8'), broken), loader: 'ts' } : undefined,
            ),
        },
      ],
    });
    return await import(/* @vite-ignore */ pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const brokenJudge = async (broken: Broken): Promise<typeof judgeNet> =>
  (await bundledWith<{ readonly judgeNet: typeof judgeNet }>('judge-net.ts', `verify/${broken.file}`, broken)).judgeNet;
