/**
 * The documents: programs in the tour and the README run, the lists of the reference are those of the compiler, links lead
 * somewhere. `BLESS=1` rewrites the lists.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { check } from '../src/check/index.ts';
import { INTRINSICS } from '../src/check/intrinsics.ts';
import { showType } from '../src/check/show.ts';
import { showSignature } from '../src/check/signature.ts';
import { completionScript } from '../src/cli/completions.ts';
import { withExamples } from '../src/cli/doc-examples.ts';
import { COMMON, VERBS } from '../src/cli/options.ts';
import { compile, type Host, prove, runTests, train } from '../src/road.ts';
import { renderProblems } from '../src/text/render.ts';
import { tableOf } from '../src/train/rows.ts';
import { succeed, trainProgram } from './programs.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const TOUR = readdirSync(join(ROOT, 'docs/tour'))
  .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
  .map((name) => `docs/tour/${name}`);
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const NOWHERE: Host = { read: () => undefined };

/** Fenced blocks of one kind; a longer fence may hold shorter ones. */
const blocks = (text: string, kind: string): string[] =>
  [...text.matchAll(/^(`{3,})(\S+)(?: [^\n]*)?\n([\s\S]*?)^\1\s*$/gm)]
    .filter((m) => m[2] === kind)
    .map((m) => m[3] ?? '');

function programOf(name: string, text: string) {
  const result = compile({ name, text }, NOWHERE);
  expect(result.ok ? renderProblems(result.notes, 'short') : '').toBe('');
  return succeed(result);
}

describe('the tour', () => {
  it('has eleven lessons, each leading to the next', () => {
    expect(TOUR).toHaveLength(11);
    for (const [i, path] of TOUR.slice(0, -1).entries()) {
      expect(read(path)).toContain(`](${(TOUR[i + 1] ?? '').replace('docs/tour/', '')})`);
    }
  });

  for (const path of TOUR) {
    for (const [i, text] of blocks(read(path), 'sutra').entries()) {
      it(`${path}, program ${i + 1}: checks without a warning, and its tests pass`, () => {
        const compiled = programOf(path, text);
        const extended = withExamples(compiled);
        expect(runTests(extended ? programOf(path, extended.text) : compiled).failures).toEqual([]);
      });
    }

    it(`${path}: its properties come out as is shown`, () => {
      const goOn = ({ boxes }: { readonly boxes: number }): boolean => boxes < 5000;
      const found = blocks(read(path), 'sutra').flatMap((text) =>
        [...prove(programOf(path, text), undefined, { goOn })]
          .map(succeed)
          .map((r) => `${r.proof.verdict} "${r.title}"`),
      );
      const shown = blocks(read(path), 'console').flatMap((text) =>
        [...text.matchAll(/^\w+ "[^"]*"/gm)].map(([line]) => line),
      );
      expect(shown).toEqual(found);
    });

    const [table] = blocks(read(path), 'csv');
    if (table === undefined) continue;
    it(`${path}: what it trains learns from its table`, async () => {
      const text = blocks(read(path), 'sutra').find((program) => program.includes('\ntrain '));
      if (text === undefined) throw new Error('a table without a program');
      const compiled = programOf(path, text);
      const [header = [], ...rows] = table
        .trim()
        .split('\n')
        .map((line) => line.split(','));
      const data = { kind: 'csv', file: 'data.csv', table: tableOf(header, rows) } as const;
      const { outcome, verified } = succeed(await train(compiled, NOWHERE, { data }));
      expect(verified).toMatchObject({ bitsDiffer: 0, graphEqual: true });
      const first = outcome.epochs[0]?.loss ?? outcome.search?.tried[0]?.loss ?? 0;
      expect(outcome.final.loss).toBeLessThan(first / 2);
    });
  }
});

/** Replaces what stands between two marks of the reference; with BLESS=1 on disk too. */
function listed(mark: string, list: string): { readonly found: string; readonly wanted: string } {
  const path = join(ROOT, 'docs/reference.md');
  const text = readFileSync(path, 'utf8');
  const pattern = new RegExp(`(<!-- begin ${mark} -->\n)([\\s\\S]*?)(<!-- end ${mark} -->)`);
  if (process.env.BLESS)
    writeFileSync(
      path,
      text.replace(pattern, (_, begin: string, __, end: string) => `${begin}${list}${end}`),
    );
  return { found: pattern.exec(readFileSync(path, 'utf8'))?.[2] ?? '', wanted: list };
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** Every public declaration of a library module with its comment, in the order of the text. */
function libraryTable(name: string): string {
  const { module } = check({ name: `std/${name}`, text: read(`std/${name}.su`) }, { resolve: () => undefined });
  if (module === undefined) throw new Error(`std/${name} has errors`);
  const generics = (of: { readonly generics: readonly { readonly name: string }[] }): string =>
    of.generics.length > 0 ? `<${of.generics.map((g) => g.name).join(', ')}>` : '';
  const declared = [
    ...module.lets.map((d) => ({ ...d, text: `let ${d.name}: ${showType(d.type)}` })),
    ...module.records.map((d) => ({ ...d, text: `record ${d.name}${generics(d)}` })),
    ...module.fns.map((d) => ({ ...d, text: showSignature(d) })),
  ];
  const rows = declared
    .filter((d) => d.doc !== undefined)
    .sort((a, b) => a.at.start - b.at.start)
    .map((d) => `| \`${cell(d.text)}\` | ${cell(d.doc ?? '')} |\n`);
  return `### std/${name}\n\n| | |\n|---|---|\n${rows.join('')}\n`;
}

describe('the reference', () => {
  it('lists the built-in functions', () => {
    const rows = [...INTRINSICS.values()].map((i) => `| \`${cell(i.signature)}\` | ${cell(i.doc)} |\n`);
    const { found, wanted } = listed('built-in', `\n| | |\n|---|---|\n${rows.join('')}\n`);
    expect(found).toBe(wanted);
  });

  it('lists the standard library', () => {
    const modules = readdirSync(join(ROOT, 'std')).map((name) => name.replace('.su', ''));
    const { found, wanted } = listed('library', `\n${modules.sort().map(libraryTable).join('')}`);
    expect(found).toBe(wanted);
  });
});

describe('the documents', () => {
  const pages = [
    'README.md',
    'ARCHITECTURE.md',
    'CHANGELOG.md',
    'docs/reference.md',
    'docs/notes/dependencies.md',
    'examples/DATA.md',
    ...TOUR,
  ];

  it('link to files that are there', () => {
    const dead = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)]
        .map((m) => m[1] ?? '')
        .filter((to) => !/^https?:/.test(to) && !existsSync(join(ROOT, dirname(page), to)))
        .map((to) => `${page}: ${to}`),
    );
    expect(dead).toEqual([]);
  });

  it('speak only of verbs and options that there are', () => {
    const known = new Set([
      ...Object.keys(COMMON),
      ...Object.values(VERBS).flatMap((v) => Object.keys(v.options)),
      'help',
      'version',
    ]);
    const wrong = pages.flatMap((page) =>
      [...read(page).matchAll(/\bsutra ([a-z]+)([^`\n]*)/g)].flatMap(([line, verb = '', rest = '']) => {
        if (!blocksOrCode(read(page), line)) return [];
        const options = [...rest.matchAll(/ --([a-z-]+)/g)].map((m) => m[1] ?? '').filter((name) => !known.has(name));
        return verb in VERBS && options.length === 0 ? [] : [`${page}: ${line}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('of the README show what training iris really writes', async () => {
    const { trained } = await trainProgram(join(ROOT, 'examples/iris/iris.su'));
    const [file] = trained.written.files;
    const lines = (text: string | undefined): string[] => text?.split('\n') ?? [];
    const before = lines(file?.before.text);
    const after = lines(file?.after);
    const changed = [
      ...before.filter((l) => !after.includes(l)).map((l) => `-${l}`),
      ...after.filter((l) => !before.includes(l)).map((l) => `+${l}`),
    ];
    const [shown = ''] = blocks(read('README.md'), 'diff');
    expect(lines(shown).filter((line) => /^[-+]/.test(line))).toEqual(changed);
  });

  it('of the README name every verb, as the completions do', () => {
    for (const verb of Object.keys(VERBS)) {
      expect(read('README.md')).toContain(verb);
      expect(completionScript('fish')).toContain(`-a ${verb} `);
    }
  });

  it('of the dependencies name each package that is installed to run', () => {
    const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
    const names = [...Object.keys(manifest.dependencies ?? {}), ...Object.keys(manifest.devDependencies ?? {})];
    for (const name of names) expect(read('docs/notes/dependencies.md')).toContain(`\`${name}\``);
  });
});

/** Whether a mention of a command stands as code: after a prompt, or in backquotes. */
const blocksOrCode = (text: string, mention: string): boolean =>
  text.includes(`\`${mention}`) || text.includes(`$ ${mention}`);
