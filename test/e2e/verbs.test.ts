/** Each verb through the built binary: what it prints where, in which form, and its exit code. */
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { jsonLines, workplace } from './sutra.ts';

const place = workplace();
const { sutra, feed, write, read, has } = place;

const RULE = `enum Side { left, right }
param middle = 0.5;

/// Which side.
///
/// \`\`\`
/// assert side(0.1) == left;
/// \`\`\`
fn side(x: f32) -> Side {
  let far = x > middle;
  if far { right } else { left }
}

fn blend(x: f32) -> Soft<Side> { softmax({ left: middle - x, right: x - middle }) }

test "to the right" { assert side(0.9) == right; }
`;

beforeAll(() => {
  place.copy('examples/iris');
  write('rule.su', RULE);
  write('wrong.su', 'fn f(x: f32) -> f32 { y + true }\nfn g() -> bool { 1.0 }\n');
  write('points.csv', 'name,x\nfirst,0.25\n"the ""second"", last",0.75\n');
});

describe('sutra', () => {
  it('without words shows its help and exits 2', () => {
    const { code, out, err } = sutra();
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('Usage: sutra');
  });

  it('shows help and version on standard output', () => {
    expect(sutra('--version')).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), err: '' });
    expect(sutra('train', '--help')).toMatchObject({ code: 0, out: expect.stringContaining('--epochs <N>'), err: '' });
  });

  it('names the nearest verb', () => {
    expect(sutra('chekc', 'a.su')).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('Did you mean check?'),
    });
  });

  it('says which verbs are not in this version', () => {
    expect(sutra('studio', 'a.su')).toMatchObject({
      code: 2,
      err: expect.stringContaining('`sutra studio` is not in this version'),
    });
  });

  it('refuses a backend that is not in this version', () => {
    expect(sutra('run', 'rule.su:side', '--in', 'x=1', '--backend', 'webgpu')).toMatchObject({
      code: 1,
      err: expect.stringContaining('SU0806'),
    });
    expect(sutra('run', 'rule.su:side', '--in', 'x=1', '--backend', 'reference', '--threads', '4').code).toBe(0);
  });

  it('refuses --watch where nothing is watched', () => {
    expect(sutra('train', 'iris.su', '--watch')).toMatchObject({ code: 2, err: expect.stringContaining('--watch') });
  });
});

describe('check', () => {
  it('is content with a good program', () => {
    const { code, out, err } = sutra('check', 'rule.su', 'iris.su');
    expect([code, out]).toEqual([0, '']);
    expect(err).toMatch(/^0 errors, 0 warnings in 2 files \(\d+ ms\)\n$/);
  });

  it('reports all errors with their frames', () => {
    const { code, out, err } = sutra('check', 'wrong.su');
    expect(code).toBe(1);
    expect(out).toContain('--> wrong.su:1:23');
    expect(out).toContain('--> wrong.su:2:18');
    expect(err).toMatch(/^2 errors, 0 warnings in 1 file/);
  });

  it('speaks each message format', () => {
    expect(sutra('check', 'wrong.su', '--message-format', 'short').out).toMatch(
      /^wrong\.su:1:\d+: error SU\d{4}: .*\nwrong\.su:2:\d+: error/,
    );
    expect(sutra('check', 'wrong.su', '--message-format', 'github').out).toMatch(/^::error file=wrong\.su,line=1,/);
    for (const line of jsonLines(sutra('check', 'wrong.su', '--message-format', 'json').out)) {
      expect(line).toMatchObject({ v: 1, severity: 'error', at: { file: 'wrong.su' } });
    }
  });

  it('gives one object with --json', () => {
    const [report, ...rest] = jsonLines(sutra('check', 'wrong.su', '--json').out);
    expect(rest).toEqual([]);
    expect(report).toMatchObject({ v: 1, files: 1, errors: 2, warnings: 0 });
  });

  it('reads standard input', () => {
    expect(feed(RULE, 'check', '-').code).toBe(0);
    expect(feed('fn f( {', 'check', '-')).toMatchObject({ code: 1, out: expect.stringContaining('<stdin>:1:') });
  });

  it('says what cannot be read', () => {
    expect(sutra('check', 'none.su')).toMatchObject({ code: 1, out: expect.stringContaining('SU0801') });
    expect(sutra('check', '.')).toMatchObject({ code: 1, out: expect.stringContaining('It is a folder.') });
    write('latin.su', Uint8Array.of(0x2f, 0x2f, 0xe9, 0x0a));
    expect(sutra('check', 'latin.su')).toMatchObject({ code: 1, out: expect.stringContaining('not UTF-8') });
  });
});

describe('run', () => {
  it('prints a value with its type', () => {
    expect(sutra('run', 'rule.su:side', '--in', 'x=0.9')).toEqual({ code: 0, out: 'right : Side\n', err: '' });
    expect(sutra('run', 'rule.su:blend', '--in', 'x=0.5').out).toBe('{ left: 0.5, right: 0.5 } : Soft<Side>\n');
  });

  it('gives cases, distributions and records as JSON', () => {
    expect(sutra('run', 'rule.su:side', '--in', 'x=0.9', '--json').out).toBe('{"v":1,"value":"right"}\n');
    expect(sutra('run', 'rule.su:blend', '--in', 'x=0.5', '--json').out).toBe(
      '{"v":1,"value":{"left":0.5,"right":0.5}}\n',
    );
  });

  it('takes a record by its fields or whole, as JSON or Sutra', () => {
    const fields = ['sepal_length=5', 'sepal_width=3.4', 'petal_length=1.4', 'petal_width=0.2'];
    const one = sutra('run', 'iris.su', ...fields.flatMap((f) => ['--in', f]));
    const flower = '{ sepal_length: 5.0, sepal_width: 3.4, petal_length: 1.4, petal_width: 0.2 }';
    const two = sutra('run', 'iris.su', '--in', `f=Flower ${flower}`);
    const three = sutra('run', 'iris.su', '--in', `f=${flower.replace(/(\w+):/g, '"$1":')}`);
    expect(one.code).toBe(0);
    expect([two.out, three.out]).toEqual([one.out, one.out]);
  });

  it('traces named values with their lines', () => {
    const { out } = sutra('run', 'rule.su:side', '--in', 'x=0.9', '--trace');
    expect(out).toMatch(/rule\.su:10 +far +1/);
    const [report] = jsonLines(sutra('run', 'rule.su:side', '--in', 'x=0.9', '--trace', '--json').out);
    expect(report).toMatchObject({
      v: 1,
      value: 'right',
      trace: expect.arrayContaining([expect.objectContaining({ name: 'far', at: 'rule.su:10', value: 1 })]),
    });
  });

  it('runs a table row by row, keeps its columns, and writes it where it should', () => {
    const { code, out, err } = sutra('run', 'rule.su:side', '--data', 'points.csv');
    expect(code).toBe(0);
    expect(out).toBe('name,x,side\nfirst,0.25,left\n"the ""second"", last",0.75,right\n');
    expect(err).toMatch(/^2 rows, \S+ rows\/s\n$/);
    expect(sutra('run', 'rule.su:side', '--data', 'points.csv', '--out', 'sides.csv')).toMatchObject({
      code: 0,
      out: '',
    });
    expect(read('sides.csv')).toBe(out);
    expect(jsonLines(sutra('run', 'rule.su:side', '--data', 'points.csv', '--json').out)).toEqual([
      { v: 1, line: 2, value: 'left' },
      { v: 1, line: 3, value: 'right' },
    ]);
    expect(feed('x\n0.75\n', 'run', 'rule.su:side', '--data', '-').out).toBe('x,side\n0.75,right\n');
  });

  it('names the nearest column, input and function', () => {
    write('typo.csv', 'y,X_\n1,2\n');
    expect(sutra('run', 'rule.su:side', '--data', 'typo.csv')).toMatchObject({
      code: 1,
      err: expect.stringContaining('SU0501'),
    });
    expect(sutra('run', 'rule.su:sied', '--in', 'x=1')).toMatchObject({
      code: 1,
      err: expect.stringContaining('`side`'),
    });
    expect(sutra('run', 'rule.su:side', '--in', 'xx=1')).toMatchObject({
      code: 1,
      err: expect.stringContaining('SU05'),
    });
    expect(sutra('run', 'rule.su:side')).toMatchObject({ code: 1, err: expect.stringContaining('`x`') });
    expect(sutra('run', 'rule.su:side', '--in', 'x=[1')).toMatchObject({
      code: 1,
      err: expect.stringContaining('SU0805'),
    });
    expect(jsonLines(sutra('run', 'rule.su:side', '--in', 'x=[1', '--json').out)).toMatchObject([
      { v: 1, problems: [{ code: 'SU0805' }] },
    ]);
  });

  it('refuses an input that is given twice, and says that a file has no function', () => {
    write('id.su', 'fn id(x: f32) -> f32 { x }\n');
    const twice = sutra('run', 'id.su', '--in', 'x=1', '--in', 'x=2');
    expect(twice).toMatchObject({ code: 1, err: expect.stringContaining('`x` is given twice') });
    write('none.su', 'let a = 1.0;\n');
    expect(sutra('run', 'none.su').err).toContain('none.su has no function that can be run');
  });

  it('leaves no file behind when a row is bad', () => {
    write('bad.csv', 'x\n0.5\nmany\n');
    expect(sutra('run', 'rule.su:side', '--data', 'bad.csv', '--out', 'never.csv')).toMatchObject({
      code: 1,
      err: expect.stringContaining('bad.csv:3'),
    });
    expect(has('never.csv')).toBe(false);
  });

  it('says when the disk of a result is full', () => {
    if (process.platform !== 'linux') return;
    symlinkSync('/dev/full', join(place.folder, 'full.csv'));
    const { code, err } = sutra('run', 'rule.su:side', '--data', 'points.csv', '--out', 'full.csv');
    expect([code, err]).toEqual([1, expect.stringContaining('The disk is full')]);
  });

  it('refuses options that do not go together', () => {
    expect(sutra('run', 'rule.su', '--out', 'x.csv').code).toBe(2);
    expect(sutra('run', 'rule.su', '--data', 'points.csv', '--in', 'x=1').code).toBe(2);
  });
});

describe('test', () => {
  it('runs test blocks and examples in comments', () => {
    expect(sutra('test', 'rule.su')).toEqual({ code: 0, out: '2 passed, 0 failed\n', err: '' });
  });

  it('exits 3 and shows what is false', () => {
    write('fails.su', 'test "sums" {\n  assert 1.0 + 1.0 == 2.0;\n  assert 1.0 > 2.0;\n}\n');
    const { code, out } = sutra('test', 'fails.su');
    expect(code).toBe(3);
    expect(out).toBe(
      'failed: sums\n  fails.su:3: 1.0 > 2.0 is false: 1.0 on the left, 2.0 on the right\n0 passed, 1 failed\n',
    );
    expect(jsonLines(sutra('test', 'fails.su', 'rule.su', '--json').out)).toMatchObject([
      {
        v: 1,
        passed: 2,
        failed: 1,
        failures: [
          {
            title: 'sums',
            file: 'fails.su',
            line: 1,
            asserts: [{ line: 3, text: '1.0 > 2.0', left: '1.0', right: '2.0' }],
          },
        ],
      },
    ]);
  });

  it('shows the mistakes of examples at their lines', () => {
    const twice =
      '/// Twice.\n///\n/// ```\n/// assert twice(1.0) == 3.0;\n/// ```\nfn twice(x: f32) -> f32 { 2.0 * x }\n';
    write('doc.su', `${twice}fn f(x: f32) -> f32 { x }\n`);
    const failed = 'doc.su:4: twice(1.0) == 3.0 is false: 2.0 on the left, 3.0 on the right\n0 passed, 1 failed\n';
    expect(sutra('test', 'doc.su')).toMatchObject({ code: 3, out: `failed: example 1 of twice\n  ${failed}` });
    write('doc.su', twice.replace('3.0;', 'three;'));
    expect(sutra('test', 'doc.su')).toMatchObject({ code: 1, err: expect.stringContaining('doc.su:4:26') });
  });

  it('exits 1 for a program with errors', () => {
    expect(sutra('test', 'wrong.su').code).toBe(1);
  });
});

describe('fmt', () => {
  const loose = 'fn   f( x : f32 )->f32{x*1.50}   // keep\n';

  it('lays out in place, once, and keeps comments and numbers', () => {
    write('loose.su', loose);
    expect(sutra('fmt', '--check', 'loose.su')).toMatchObject({ code: 3, out: 'loose.su\n' });
    expect(read('loose.su')).toBe(loose);
    expect(sutra('fmt', 'loose.su')).toMatchObject({ code: 0, out: 'loose.su\n' });
    expect(read('loose.su')).toContain('1.50');
    expect(read('loose.su')).toContain('// keep');
    expect(sutra('fmt', 'loose.su')).toMatchObject({ code: 0, out: '' });
    expect(sutra('fmt', '--check', 'loose.su').code).toBe(0);
  });

  it('says what it changed when another file is broken', () => {
    write('loose2.su', loose);
    write('broken.su', 'fn f(');
    expect(sutra('fmt', '--check', 'loose2.su', 'broken.su')).toMatchObject({ code: 1, out: 'loose2.su\n' });
    const [said] = jsonLines(sutra('fmt', '--json', 'loose2.su', 'broken.su').out);
    expect(said).toMatchObject({ v: 1, changed: ['loose2.su'], problems: [{ code: 'SU0102' }] });
  });

  it('formats standard input to standard output', () => {
    expect(feed(loose, 'fmt', '-').out).toBe(read('loose.su'));
  });

  it('leaves a broken text alone', () => {
    write('broken.su', 'fn f( {\n');
    expect(sutra('fmt', 'broken.su')).toMatchObject({ code: 1, err: expect.stringContaining('broken.su') });
    expect(read('broken.su')).toBe('fn f( {\n');
  });
});

describe('diff', () => {
  it('lists parameters and functions that differ and exits 3', () => {
    write(
      'rule2.su',
      RULE.replace('middle = 0.5', 'middle = 0.75').replace('fn blend', 'fn other() -> f32 { 1.0 }\nfn blend'),
    );
    expect(sutra('diff', 'rule.su', 'rule.su')).toMatchObject({ code: 0, out: '0 of 1 parameter changed\n' });
    const { code, out } = sutra('diff', 'rule.su', 'rule2.su');
    expect(code).toBe(3);
    expect(out).toContain('changed  middle  0.5 -> 0.75  rule2.su:2\n');
    expect(out).toMatch(/added +fn other/);
    expect(out).toMatch(/\n1 of 1 parameter changed; 1 function differ.*\n$/);
    expect(jsonLines(sutra('diff', 'rule.su', 'rule2.su', '--json').out)).toMatchObject([
      {
        v: 1,
        equal: false,
        total: 1,
        parameters: [{ name: 'middle', kind: 'changed', elements: [{ old: 0.5, new: 0.75 }] }],
        functions: [{ name: 'other', kind: 'added' }],
      },
    ]);
  });

  it('shows choices as they are written', () => {
    const text = 'param table flip(bool) -> bool { _ -> true }\nfn f(a: f32) -> f32 { choose { a, -a } }\n';
    write('was.su', text);
    write('is.su', text.replace('_ -> true', 'false -> true, true -> false').replace('choose {', 'choose 1 {'));
    const { out } = sutra('diff', 'was.su', 'is.su');
    expect(out).toBe(
      'changed  flip(true)  true -> false  is.su:1\nchanged  f?choose1   0 -> 1         is.su:2\n2 of 2 parameters changed\n',
    );
  });
});

describe('explain', () => {
  it('prints the page of an error', () => {
    expect(sutra('explain', 'SU0801')).toMatchObject({ code: 0, out: expect.stringMatching(/^# SU0801/) });
    expect(sutra('explain', 'su0801').code).toBe(0);
    expect(sutra('explain', 'SU9999')).toMatchObject({ code: 1, err: expect.stringContaining('SU0810') });
  });

  it('prints each stage', () => {
    for (const stage of ['tokens', 'tree', 'types', 'sites', 'graph', 'ready', 'kernels']) {
      const { code, out } = sutra('explain', 'rule.su', '--stage', stage);
      expect(code, stage).toBe(0);
      expect(out, stage).not.toBe('');
    }
    expect(sutra('explain', 'iris.su', '--stage', 'gradient').out).toContain('output "d.softness"');
    expect(sutra('explain', 'rule.su').out).toContain('fn side(x: f32) -> Side');
    expect(sutra('explain', 'rule.su', '--stage', 'sites').out).toMatch(/rule\.su:2 +number +middle\[0\] +0\.5/);
    expect(sutra('explain', 'rule.su:blend', '--stage', 'graph').out).toContain('output "result"');
    expect(sutra('explain', 'rule.su:blnd', '--stage', 'graph')).toMatchObject({
      code: 1,
      err: expect.stringContaining('Did you mean `blend`?'),
    });
    expect(sutra('explain', 'rule.su', '--stage', 'soul').code).toBe(2);
  });

  it('shows the steps of one evaluation and how clear it was', () => {
    const { out } = sutra(
      'explain',
      'iris.su',
      '--in',
      'sepal_length=5',
      '--in',
      'sepal_width=3.4',
      '--in',
      'petal_length=1.4',
      '--in',
      'petal_width=0.2',
    );
    expect(out).toMatch(/iris\.su:18 +short/);
    expect(out).toMatch(/setosa leads versicolor by 0\.\d+\n$/);
  });

  it('says which rules fired and how far each is from turning over', () => {
    const rule = (x: number): string => sutra('explain', 'rule.su:side', '--in', `x=${x}`).out;
    expect(rule(0.75)).toMatch(/rule\.su:10 +x > middle +holds by 0\.25\n/);
    expect(rule(0.25)).toMatch(/rule\.su:10 +x > middle +fails by 0\.25\n/);
    const { out } = sutra('explain', 'rule.su:side', '--json', '--in', 'x=0.75');
    expect(jsonLines(out)).toMatchObject([
      { rules: [{ rule: 'x > middle', at: 'rule.su:10', holds: true, by: 0.25 }] },
    ]);
  });
});

describe('completions and doctor', () => {
  it('print scripts and findings', () => {
    expect(sutra('completions', 'bash').out).toContain('complete -o filenames -F _sutra sutra');
    expect(sutra('completions', 'tcsh')).toMatchObject({ code: 2, err: expect.stringContaining('bash, zsh, fish') });
    expect(sutra('doctor')).toMatchObject({ code: 0, out: expect.stringContaining('backend reference') });
    expect(jsonLines(sutra('doctor', '--json').out)).toMatchObject([{ v: 1, ok: true }]);
  });
});

describe('new', () => {
  for (const template of ['rules', 'mlp', 'automaton', 'blank']) {
    it(`${template}: a program that checks, tests and, if it learns, trains`, () => {
      const { code, out, err } = sutra('new', `made-${template}`, '--template', template);
      expect([code, err]).toEqual([0, '']);
      expect(out).toMatch(
        /checked; [12] passed, 0 failed\n\ncd made-\w+\nsutra test main\.su\nsutra (train|run) main\.su\n$/,
      );
      expect(read(`made-${template}/README.md`)).toContain(`# made-${template}`);
      if (template === 'blank') return;
      const trained = sutra('train', `made-${template}/main.su`, '--epochs', '3');
      expect(trained.out).toMatch(/\d+ parameters written, 0 bits differ, graph equal\n$/);
      expect(sutra('check', `made-${template}/main.su`).err).toContain('0 errors, 0 warnings');
    });
  }

  it('refuses a folder that is not empty', () => {
    expect(sutra('new', 'made-blank')).toMatchObject({ code: 1, err: expect.stringContaining('SU0807') });
    expect(sutra('new', 'rule.su')).toMatchObject({ code: 1, err: expect.stringContaining('SU0807') });
  });
});
