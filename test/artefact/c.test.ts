/**
 * Models in C: compiled as strictly as compilers can, run on sampled inputs, and equal to the reference bit for bit. Skipped where
 * there is no compiler, with a line that says so.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Subject, trialLines, trialProgram, trialsOf } from '../../src/artefact/index.ts';
import { must } from '../../src/text/result.ts';
import { randomProgram } from '../fuzz/program.ts';
import { build, EXAMPLE_FILES, exampleSubjects, fileOf, textOf, textSubjects } from './built.ts';
import { KINDS } from './kinds.ts';

const COMPILERS = ['gcc', 'clang'].filter((name) => spawnSync(name, ['--version']).status === 0);
if (COMPILERS.length === 0) process.stderr.write('\nSKIPPED: models in C. There is no gcc and no clang.\n\n');
const STRICT = ['-std=c99', '-O2', '-Wall', '-Wextra', '-Werror', '-pedantic', '-ffp-contract=off'];

const folder = mkdtempSync(join(tmpdir(), 'sutra-c-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let made = 0;

/** What a program over the model prints. */
function run(compiler: string, subject: Subject, main: string): string {
  const artefact = build(subject, 'c');
  const place = mkdtempSync(join(folder, `${made++}-`));
  const sources = artefact.files.filter((f) => f.name !== 'manifest.json').map((f) => f.name);
  for (const name of sources) writeFileSync(join(place, name), fileOf(artefact, name));
  writeFileSync(join(place, 'main.c'), main);
  const inputs = [...sources.filter((name) => name.endsWith('.c')), 'main.c'];
  const compiled = spawnSync(compiler, [...STRICT, '-o', 'model', ...inputs, '-lm'], { cwd: place, encoding: 'utf8' });
  expect(compiled.stderr).toBe('');
  return spawnSync(join(place, 'model'), { encoding: 'utf8', maxBuffer: 2 ** 28 }).stdout;
}

function holds(compiler: string, subject: Subject, most = 50): void {
  const trials = trialsOf(subject, most);
  const lines = run(compiler, subject, trialProgram(subject, trials)).trimEnd().split('\n');
  expect(lines).toEqual(trialLines(subject, trials));
}

describe.each(COMPILERS)('by %s', (compiler) => {
  it.each(EXAMPLE_FILES)('the functions of %s give the bits of the reference', (file) => {
    for (const subject of exampleSubjects(file)) holds(compiler, subject);
  });

  it('so do functions of random programs', () => {
    for (let seed = 100; seed < 112; seed++)
      for (const subject of textSubjects(randomProgram(seed))) holds(compiler, subject);
  });

  it('so does every kind of value', () => holds(compiler, must(textSubjects(KINDS)[0]), 200));

  it('names that C has a use for are changed', () => {
    const text =
      'record Pair { float: f32, double: bool }\nfn main(long: Pair, new: f32) -> Pair { Pair { float: long.float + new, double: !long.double } }';
    holds(compiler, must(textSubjects(text)[0]));
  });

  it('a call tells what is wrong with its inputs, and what there is to report', () => {
    const text = `enum Mood { calm, tense }
fn f(speed: f32 in [0, 10], mood: Mood, who: Soft<Mood>, seat: Index<4>) -> f32 {
  iterate s = speed + f32(mood == calm) + who.calm + f32(seat) while s < 3.0 max 2 { s + 0.125 }
}`;
    const cases = [
      '{1, f_Mood_calm, {0.5f, 0.5f}, 3}',
      '{11, f_Mood_calm, {0.5f, 0.5f}, 3}',
      '{NAN, f_Mood_calm, {0.5f, 0.5f}, 3}',
      '{1, (f_Mood)7, {0.5f, 0.5f}, 3}',
      '{1, f_Mood_calm, {0.5f, 0.25f}, 3}',
      '{1, f_Mood_calm, {-0.5f, 1.5f}, 3}',
      '{1, f_Mood_calm, {0.5f, 0.5f}, -1}',
      '{0, f_Mood_tense, {0, 1}, 0}',
    ];
    const main = `#include <math.h>
#include <stdio.h>
#include "f.h"
int main(void) {
  const f_inputs all[] = {${cases.join(', ')}};
  for (int i = 0; i < ${cases.length}; i++) {
    f_output out = {-1};
    float memory[f_MEMORY];
    const int status = f_run_in(&all[i], &out, memory);
    printf("%s: %g\\n", f_message(status), (double)out.result);
  }
  return 0;
}
`;
    expect(
      run(compiler, must(textSubjects(text)[0]), main)
        .trimEnd()
        .split('\n'),
    ).toEqual([
      'done: 5.5',
      'speed is outside of [0, 10]: -1',
      'speed is outside of [0, 10]: -1',
      'mood is not one of its 2 cases: -1',
      'who are no weights that sum to 1: -1',
      'who are no weights that sum to 1: -1',
      'seat is not one of its 4 cases: -1',
      'iterate stopped at its bound of 2 steps with its condition still true: -0.75',
    ]);
  });
});

describe('the header', () => {
  it('says what the source says', () => {
    const header = textOf(build(must(textSubjects(KINDS)[0]), 'c'), 'all_kinds.h');
    expect(header).toContain(
      '/* How a machine feels. */\ntypedef enum {\n  all_kinds_Mood_calm = 0,\n  all_kinds_Mood_tense = 1\n} all_kinds_Mood;',
    );
    expect(header).toContain('  float x; /* Along the road. km */\n');
    expect(header).toContain('  float speed; /* km/h; in [0, 10] */\n');
    expect(header).toContain(' * Everything at once.\n');
  });

  it('is the same for the same source', () => {
    const [one, two] = [0, 1].map(() => build(must(exampleSubjects('iris/iris.su')[0]), 'c').files);
    expect(one).toEqual(two);
  });

  it('and the source name no allocation', () => {
    for (const subject of exampleSubjects('words/words.su')) {
      const { files } = build(subject, 'c');
      for (const { content } of files) expect(String(content)).not.toMatch(/\b(?:malloc|calloc|alloca|free)\b/);
    }
  });
});
