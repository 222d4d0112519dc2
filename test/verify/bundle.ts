/** Bundles the judge with one file of `src/verify` edited, and loads it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { Broken } from './broken.ts';
import type { judgeNet } from './judge-net.ts';

const ENTRY = fileURLToPath(new URL('./judge-net.ts', import.meta.url));
const VERIFY = fileURLToPath(new URL('../../src/verify/', import.meta.url));

/** Line breaks and indents count as one space: edits do not depend on the layout. */
function edited(text: string, { from, to }: Broken): string {
  const parts = from.split(/\s+/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const pattern = new RegExp(parts.join('\\s+'), 'g');
  if ([...text.matchAll(pattern)].length !== 1) throw new Error(`not one place for the edit: ${from}`);
  return text.replace(pattern, () => to);
}

export async function brokenJudge(broken: Broken): Promise<typeof judgeNet> {
  const folder = mkdtempSync(join(tmpdir(), 'broken-'));
  const outfile = join(folder, 'judge.mjs');
  const path = join(VERIFY, broken.file);
  try {
    await build({
      entryPoints: [ENTRY],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'error',
      plugins: [
        {
          name: 'broken',
          setup: ({ onLoad }) =>
            onLoad({ filter: /verify[\\/](spread[\\/])?[\w-]+\.ts$/ }, (args) =>
              args.path === path ? { contents: edited(readFileSync(path, 'utf8'), broken), loader: 'ts' } : undefined,
            ),
        },
      ],
    });
    const made: { readonly judgeNet: typeof judgeNet } = await import(/* @vite-ignore */ pathToFileURL(outfile).href);
    return made.judgeNet;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
