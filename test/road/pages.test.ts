/** The pages of the errors of data, training and write-back: what fails on a page fails with its code, what works works. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { printCertificate } from '../../src/decompile/certificate.ts';
import { f32Tensor, type Tensor, writeSafetensors } from '../../src/interop/safetensors.ts';
import { certificateOf, certify, compile, decompileInto, run, train, type Value } from '../../src/road.ts';
import type { Problem } from '../../src/text/problem.ts';
import { must, type Result } from '../../src/text/result.ts';
import { inputBoxes } from '../../src/train/boxes.ts';
import { hostOf, messageOf, program, table, trainOn } from '../train/programs.ts';

const FOLDER = fileURLToPath(new URL('../../docs/errors/', import.meta.url));

/** Shown by other tests: they need a table that moves, a checkpoint, a damaged certificate, two programs, a program to be frozen. */
const WITHOUT_PROGRAMS = [
  'SU0512.md',
  'SU0605.md',
  'SU0610.md',
  'SU0701.md',
  'SU0702.md',
  ...['2', '3', '4', '5', '6', '7'].map((n) => `SU072${n}.md`),
];

interface Block {
  readonly kind: string;
  readonly text: string;
}

const blocksOf = (page: string): Block[] =>
  [...page.matchAll(/```([^\n]*)\n([\s\S]*?)```/g)].map((m) => ({ kind: m[1] ?? '', text: m[2] ?? '' }));

interface Page {
  /** The block of this kind that is marked so, else the unmarked one. */
  block(kind: string, mark: 'fails' | 'passes'): string | undefined;
}

function pageOf(text: string): Page {
  const blocks = blocksOf(text);
  const find = (kind: string): string | undefined => blocks.find((b) => b.kind === kind)?.text;
  return { block: (kind, mark) => find(`${kind} ${mark}`) ?? find(kind) };
}

/** All codes that come up when the page's program meets what stands on the page. */
async function codesOf(page: Page, mark: 'fails' | 'passes'): Promise<string[]> {
  const text = page.block('sutra', mark) ?? '';
  const compiled = compile({ name: 'p.su', text }, hostOf({}));
  if (!compiled.ok) return codes(compiled.problems);
  const c = compiled.value;
  const notes = compiled.notes;
  const all = (r: Result<unknown>): string[] => codes([...notes, ...(r.ok ? r.notes : r.problems)]);
  const certified = page.block('sutra certified', mark);
  if (certified !== undefined) {
    const certificate = printCertificate(certificateOf(program(certified)));
    return all(certify(c.source, hostOf({}), { certificate }));
  }
  const weights = page.block('json weights', mark);
  if (weights !== undefined)
    return all(decompileInto(c, hostOf({}), { file: 'w.safetensors', bytes: tensorsOf(weights) }));
  const over = page.block('json over', mark);
  if (over !== undefined) {
    const ends = Object.entries(JSON.parse(over) as Record<string, [Value, Value]>);
    return all(await inputBoxes(must(c.entries[0]), { ends: ends.map(([name, [lo, hi]]) => ({ name, lo, hi })) }));
  }
  const inputs = page.block('json inputs', mark);
  if (inputs !== undefined) return all(run(c, undefined, JSON.parse(inputs) as { [name: string]: Value }));
  const tensors = page.block('json tensors', mark);
  if (tensors !== undefined)
    return all(
      await train(c, hostOf({}), { data: { kind: 'safetensors', file: 'd.safetensors', bytes: tensorsOf(tensors) } }),
    );
  return all(await trainOn(c, table(page.block('csv', mark) ?? '')));
}

const codes = (problems: readonly Problem[]): string[] => problems.map((p) => messageOf(p).slice(0, 6));

function tensorsOf(text: string): Uint8Array {
  const given = JSON.parse(text) as Record<string, { shape: number[]; data: (number | string)[]; dtype?: 'F64' }>;
  const tensors = Object.entries(given).map(([name, { shape, data, dtype }]): Tensor => {
    const numbers = data.map(Number);
    return dtype
      ? { name, dtype, shape, data: Float64Array.from(numbers) }
      : f32Tensor(name, shape, Float32Array.from(numbers));
  });
  return writeSafetensors(tensors);
}

describe('pages of errors', () => {
  const pages = readdirSync(FOLDER).filter((name) => /^SU0(?:50\d|51\d|6\d\d|7\d\d)\.md$/.test(name));
  test('are there', () => expect(pages.length).toBeGreaterThanOrEqual(42));
  for (const name of pages.filter((p) => !WITHOUT_PROGRAMS.includes(p))) {
    const code = name.replace('.md', '');
    const page = pageOf(readFileSync(FOLDER + name, 'utf8'));
    test(`${code}: what fails fails with it`, async () => expect(await codesOf(page, 'fails')).toContain(code));
    test(`${code}: what works works`, async () => expect(await codesOf(page, 'passes')).toEqual([]));
  }
});
