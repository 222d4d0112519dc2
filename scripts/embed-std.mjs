/**
 * Writes `src/std/generated.ts` from `std/*.su`: the text of every library module and the names it declares, so
 * that the checker needs no files. Run `node scripts/embed-std.mjs` after a change there; `--check` only compares.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../std/', import.meta.url));
const target = fileURLToPath(new URL('../src/std/generated.ts', import.meta.url));

/** The names that a module declares at the start of a line. */
const exportsOf = (text) => [...text.matchAll(/^(?:fn|let|record|enum|param) (\w+)/gm)].map((m) => m[1]).filter((name) => !name.startsWith("_"));

const modules = readdirSync(folder)
  .filter((name) => name.endsWith('.su'))
  .sort()
  .map((name) => {
    const text = readFileSync(folder + name, 'utf8');
    return `  'std/${name.slice(0, -3)}': {\n    exports: ${JSON.stringify(exportsOf(text))},\n    text: ${JSON.stringify(text)},\n  },\n`;
  });

export const generated = `/** The standard library, embedded from \`std/*.su\` by \`node scripts/embed-std.mjs\`; not edited by hand. */
export const MODULES: Readonly<Record<string, { readonly exports: readonly string[]; readonly text: string }>> = {
${modules.join('')}};
`;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (!process.argv.includes('--check')) writeFileSync(target, generated);
  else if (readFileSync(target, 'utf8') !== generated) {
    console.error('src/std/generated.ts is not current: run node scripts/embed-std.mjs');
    process.exitCode = 1;
  }
}
