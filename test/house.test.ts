/**
 * The rules of the house, held over the sources themselves: which room may import which, no cycles, sizes of files,
 * what a lower room may not touch, and that the catalogue of errors and its pages agree.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { format } from '../src/syntax/format.ts';
import { CATALOGUE } from '../src/text/catalogue/index.ts';

/** Floor and allowed imports of each room. A room without a line here does not exist. */
const ROOMS: Readonly<Record<string, { readonly floor: number; readonly imports: readonly string[] }>> = {
  text: { floor: 1, imports: [] },
  num: { floor: 1, imports: [] },
  std: { floor: 1, imports: [] },
  syntax: { floor: 2, imports: ['text', 'num'] },
  ir: { floor: 2, imports: ['text', 'num'] },
  kernel: { floor: 2, imports: ['num', 'text'] },
  runtime: { floor: 2, imports: ['num'] },
  check: { floor: 3, imports: ['syntax', 'ir', 'text', 'num', 'std'] },
  ops: { floor: 3, imports: ['ir', 'kernel', 'num', 'text'] },
  lower: { floor: 4, imports: ['check', 'ops', 'ir', 'text', 'num'] },
  passes: { floor: 4, imports: ['ops', 'ir', 'text', 'num'] },
  interop: { floor: 4, imports: ['ops', 'ir', 'num', 'text'] },
  autodiff: { floor: 5, imports: ['passes', 'ops', 'ir', 'text', 'num'] },
  backends: { floor: 5, imports: ['passes', 'ops', 'kernel', 'ir', 'interop', 'runtime', 'text', 'num'] },
  verify: { floor: 5, imports: ['passes', 'ops', 'num', 'ir', 'interop', 'text'] },
  machines: { floor: 5, imports: ['passes', 'ops', 'ir', 'num', 'text'] },
  train: {
    floor: 6,
    imports: [
      'autodiff',
      'backends',
      'machines',
      'passes',
      'ops',
      'ir',
      'interop',
      'num',
      'text',
      'lower/program.ts',
      'verify/ideal.ts',
      'verify/polynomial.ts',
    ],
  },
  decompile: {
    floor: 6,
    imports: [
      'lower',
      'check',
      'autodiff',
      'passes',
      'ops',
      'syntax',
      'interop',
      'ir',
      'verify',
      'machines',
      'num',
      'text',
    ],
  },
  artefact: {
    floor: 7,
    imports: ['autodiff', 'backends', 'check', 'lower', 'passes', 'ops', 'kernel', 'ir', 'runtime', 'num', 'text'],
  },
  prove: {
    floor: 7,
    imports: [
      'verify',
      'machines',
      'backends',
      'interop',
      'passes',
      'ops',
      'ir',
      'num',
      'text',
      'lower/program.ts',
      'train',
      'decompile/print.ts',
    ],
  },
  'road.ts': { floor: 8, imports: ['*'] },
  'index.ts': { floor: 9, imports: ['*'] },
  cli: { floor: 10, imports: ['*'] },
};

/** Files that may be longer than 400 lines, each with its reason. */
const LONG: Readonly<Record<string, string>> = {
  'std/generated.ts': 'the text of the standard library',
};
const MOST_LINES = 400;

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const SRC = join(ROOT, 'src');

interface File {
  /** Relative to `src`, with `/`. */
  readonly path: string;
  readonly text: string;
  /** The text without comments and the contents of strings. */
  readonly code: string;
  readonly room: string;
  /** Relative imports as paths in `src`; `typeOnly` when nothing is left of them at run time. */
  readonly imports: readonly { readonly path: string; readonly typeOnly: boolean }[];
  readonly packages: readonly string[];
}

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((e) =>
    e.isDirectory() ? walk(join(folder, e.name)) : e.name.endsWith('.ts') ? [join(folder, e.name)] : [],
  );
}

/** Comments and what stands in quotes do not count as code; a string keeps its quotes. */
const bare = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, (m) =>
    m.startsWith('/') ? m.replace(/[^\n]/g, ' ') : `${m[0]}${m[0]}`,
  );

const IMPORT =
  /^(?:import|export)\s+(type\s)?[^;]*?from\s+'([^']+)';|\bimport\(\s*'([^']+)'\s*\)|^import\s+'([^']+)';/gm;

function readFile(full: string): File {
  const text = readFileSync(full, 'utf8');
  const path = relative(SRC, full).replaceAll('\\', '/');
  const found = [...text.matchAll(IMPORT)].map((m) => ({
    to: m[2] ?? m[3] ?? m[4] ?? '',
    typeOnly: m[1] !== undefined,
  }));
  const isRelative = (to: string): boolean => to.startsWith('.');
  return {
    path,
    text,
    code: bare(text),
    room: path.split('/')[0] ?? '',
    imports: found
      .filter((i) => isRelative(i.to))
      .map((i) => ({ path: relative(SRC, join(dirname(full), i.to)).replaceAll('\\', '/'), typeOnly: i.typeOnly })),
    packages: found.filter((i) => !isRelative(i.to)).map((i) => i.to),
  };
}

const files = walk(SRC).map(readFile);
const roomOf = (path: string): string => path.split('/')[0] ?? '';

describe('rooms', () => {
  it('are all in the table', () => {
    expect(files.map((f) => f.room).filter((room) => !(room in ROOMS))).toEqual([]);
  });

  it('import only what the table allows, and only from lower floors', () => {
    const wrong = files.flatMap((f) =>
      f.imports
        .filter(({ path }) => roomOf(path) !== f.room)
        .filter(({ path }) => {
          const from = ROOMS[f.room];
          const to = ROOMS[roomOf(path)];
          if (!from || !to || to.floor >= from.floor) return true;
          return !from.imports.some((allowed) => allowed === '*' || allowed === roomOf(path) || allowed === path);
        })
        .map(({ path }) => `${f.path} imports ${path}`),
    );
    expect(wrong).toEqual([]);
  });

  it('name only files that exist, with their extension', () => {
    const missing = files.flatMap((f) =>
      f.imports.filter(({ path }) => !existsSync(join(SRC, path))).map(({ path }) => `${f.path} imports ${path}`),
    );
    expect(missing).toEqual([]);
  });

  it('have no cycle of value imports', () => {
    expect(cycle()).toEqual([]);
  });

  it('use packages and the system only at the top', () => {
    const wrong = files
      .filter((f) => f.room !== 'cli')
      .flatMap((f) => f.packages.map((name) => `${f.path} imports ${name}`));
    expect(wrong).toEqual([]);
  });
});

/** The first cycle of value imports as a path of files, or nothing. */
function cycle(): string[] {
  const byPath = new Map(files.map((f) => [f.path, f]));
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): string[] => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
    if (done.has(path)) return [];
    for (const next of byPath.get(path)?.imports ?? []) {
      const found = next.typeOnly ? [] : visit(next.path, [...trail, path]);
      if (found.length > 0) return found;
    }
    done.add(path);
    return [];
  };
  return files.map((f) => visit(f.path, [])).find((found) => found.length > 0) ?? [];
}

describe('the independent checker', () => {
  const own = files.filter(({ path }) => /^verify\/checker(-\w+)?\.ts$/.test(path));
  /** `passes` and the search are what it must not trust. */
  const TRUSTED = ['ir', 'num', 'ops', 'text/result.ts'];

  it('imports nothing but the graph, numbers and the op table', () => {
    const wrong = own.flatMap(({ path, imports }) =>
      imports
        .filter((i) => !i.typeOnly && !own.some((f) => f.path === i.path))
        .filter((i) => !TRUSTED.includes(roomOf(i.path)) && !TRUSTED.includes(i.path))
        .map((i) => `${path} imports ${i.path}`),
    );
    expect(wrong).toEqual([]);
  });

  it('can be read in one sitting', () => {
    const lines = own.map((f) => f.code.split('\n').filter((line) => line.trim() !== '').length);
    expect(own.length).toBeGreaterThan(3);
    expect(own.filter((f) => f.text.split('\n').length > 300).map((f) => f.path)).toEqual([]);
    expect(lines.reduce((a, b) => a + b, 0)).toBeLessThan(820);
  });
});

describe('files', () => {
  it(`have at most ${MOST_LINES} lines`, () => {
    const long = files
      .map((f) => ({ path: f.path, lines: f.text.split('\n').length - 1 }))
      .filter(({ path, lines }) => lines > MOST_LINES && !(path in LONG))
      .map(({ path, lines }) => `${path}: ${lines}`);
    expect(long).toEqual([]);
    expect(Object.keys(LONG).filter((path) => !existsSync(join(SRC, path)))).toEqual([]);
  });

  it('begin by saying what they are', () => {
    const mute = files.filter((f) => !/^(#!.*\n)?\/\*\*/.test(f.text)).map((f) => f.path);
    expect(mute).toEqual([]);
  });

  it('below the command line touch no system, clock, console or chance', () => {
    const reaches =
      /\b(?:process|console|globalThis|fetch|setTimeout|setImmediate|performance)\s*[.(]|\bnew Date\b|\bDate\.|\bMath\.random\b/;
    const wrong = files
      .filter((f) => f.room !== 'cli')
      .flatMap((f) =>
        f.code.split('\n').flatMap((line, i) => (reaches.test(line) ? [`${f.path}:${i + 1}: ${line.trim()}`] : [])),
      );
    expect(wrong).toEqual([]);
  });

  it('use of Math only what IEEE or integers define', () => {
    const allowed = new Set([
      'fround',
      'sqrt',
      'abs',
      'floor',
      'min',
      'max',
      'trunc',
      'ceil',
      'imul',
      'clz32',
      'sign',
      'round',
      'PI',
      'LN2',
      'LOG2E',
      'SQRT1_2',
    ]);
    const wrong = files.flatMap((f) =>
      [...f.code.matchAll(/\bMath\.(\w+)/g)].filter((m) => !allowed.has(m[1] ?? '')).map((m) => `${f.path}: ${m[0]}`),
    );
    expect(wrong).toEqual([]);
  });

  it('hold no leftovers', () => {
    const leftover = /\b(?:TODO|FIXME|XXX|HACK)\b|@ts-(?:ignore|nocheck|expect-error)|not wired/;
    const tests = walk(join(ROOT, 'test')).filter((path) => !path.endsWith('house.test.ts'));
    const skipped = /\b(?:it|test|describe)\.(?:skip|only|todo)\b/;
    const wrong = [
      ...files.filter((f) => leftover.test(f.text)).map((f) => f.path),
      ...tests.filter((path) => skipped.test(readFileSync(path, 'utf8'))).map((path) => relative(ROOT, path)),
    ];
    expect(wrong).toEqual([]);
  });
});

describe('errors', () => {
  const pages = readdirSync(join(ROOT, 'docs/errors')).filter((name) => name.endsWith('.md'));
  const entries = Object.entries(CATALOGUE);

  it('have one name and one code each', () => {
    const stages = walk(join(SRC, 'text/catalogue')).map((path) => readFileSync(path, 'utf8'));
    const names = stages.flatMap((text) => [...text.matchAll(/^ {2}'?([a-z][\w-]*)'?: \{$/gm)].map((m) => m[1]));
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
    expect(names).toHaveLength(entries.length);
    const ids = entries.map(([, entry]) => entry.id as string);
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
  });

  it('have a page each, and no page is left without an error', () => {
    const ids = entries.map(([, entry]) => `${entry.id}.md`);
    expect(ids.filter((page) => !pages.includes(page))).toEqual([]);
    expect(pages.filter((page) => /^SU\d/.test(page) && !(ids as string[]).includes(page))).toEqual([]);
  });

  it('have pages that begin with their code', () => {
    const wrong = pages.filter((page) => {
      const first = readFileSync(join(ROOT, 'docs/errors', page), 'utf8').split('\n')[0] ?? '';
      return /^SU\d/.test(page) && !first.startsWith(`# ${page.slice(0, -3)}`);
    });
    expect(wrong).toEqual([]);
  });
});

describe('the standard library', () => {
  it('is embedded as it stands in std/', async () => {
    const generated: unknown = await import('../src/std/generated.ts');
    const texts = new Set(Object.values(generated as Record<string, unknown>).flatMap(textsIn));
    const stale = readdirSync(join(ROOT, 'std'))
      .filter((name) => name.endsWith('.su'))
      .filter((name) => !texts.has(readFileSync(join(ROOT, 'std', name), 'utf8')));
    expect(stale).toEqual([]);
  });
});

/** All strings within a plain value or a map. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (value instanceof Map) return [...value.values()].flatMap(textsIn);
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(textsIn);
  return [];
}

describe('programs', () => {
  it('of the library, the examples and the templates are laid out as `sutra fmt` does it', () => {
    const loose = ['std', 'examples', 'templates'].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith('.su') && !path.includes('.sutra'))
        .filter((path) => {
          const text = readFileSync(join(ROOT, folder, path), 'utf8');
          const formatted = format({ name: path, text });
          return !formatted.ok || formatted.value !== text;
        })
        .map((path) => `${folder}/${path}`),
    );
    expect(loose).toEqual([]);
  });
});

describe('the package', () => {
  it('exports only what the build makes', () => {
    const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      readonly exports: Readonly<Record<string, string>>;
    };
    const sources = Object.values(manifest.exports)
      .filter((path) => path.startsWith('./dist/'))
      .map((path) => path.replace('./dist/', 'src/').replace(/\.js$/, '.ts'));
    expect(sources.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('ships the files it names', () => {
    const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      readonly files: readonly string[];
    };
    const missing = manifest.files.filter((name) => !/^!?dist/.test(name) && !existsSync(join(ROOT, name)));
    expect(missing).toEqual([]);
    expect(statSync(join(ROOT, 'LICENSE')).size).toBeGreaterThan(5000);
  });

  it('installs no scripts of others', () => {
    expect(readFileSync(join(ROOT, '.npmrc'), 'utf8')).toContain('ignore-scripts=true');
  });
});
