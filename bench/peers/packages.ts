/** Packages of bench/node_modules, which is installed apart: loaded if they are there, else said to be missing. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

export interface Package {
  readonly version: string;
  readonly module: unknown;
}

/** The package, or why it cannot be used. */
export async function loadPackage(root: string, name: string): Promise<Package | string> {
  const folder = join(root, 'bench');
  try {
    const manifest = readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8');
    const { version } = JSON.parse(manifest) as { readonly version: string };
    return { version, module: createRequire(join(folder, 'package.json'))(name) };
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return /ENOENT|Cannot find/.test(reason) ? 'not installed: `npm --prefix bench ci`' : reason;
  }
}
