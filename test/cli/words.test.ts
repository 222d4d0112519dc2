/** The words of the command line: verbs, options, values, and the scripts that complete them. */
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completionScript } from '../../src/cli/completions.ts';
import { splitTarget } from '../../src/cli/files.ts';
import { readLiteral } from '../../src/cli/literal.ts';
import { COMMON, LATER, VERBS } from '../../src/cli/options.ts';
import { parse } from '../../src/cli/parse.ts';
import { cellsOf, duration, jsonNumber, jsonValue } from '../../src/cli/print.ts';

const words = (line: string) => parse(line.split(' ').filter(Boolean), '9.9.9');

describe('parse', () => {
  it('gives options by their long names, with their kinds', () => {
    expect(words('train a.su --epochs 3 --rate 0.5 --no-write -q --message-format short')).toMatchObject({
      verb: 'train',
      args: ['a.su'],
      options: {
        epochs: 3,
        rate: 0.5,
        'no-write': true,
        quiet: true,
        'message-format': 'short',
        json: false,
        resume: false,
      },
    });
    expect(words('run a.su --in x=1 --in y=2')).toMatchObject({ options: { in: ['x=1', 'y=2'], trace: false } });
    expect(words('run a.su')).toMatchObject({ options: { in: [], 'message-format': undefined } });
  });

  it('takes common options before the verb too', () => {
    expect(words('-q --message-format short --seed=3 train a.su --epochs 2')).toEqual(
      words('train -q --message-format short --seed=3 a.su --epochs 2'),
    );
    expect(words('--epochs 3 train a.su')).toMatchObject({ verb: undefined, code: 2 });
    expect(words('-q')).toMatchObject({ verb: undefined, code: 2 });
  });

  it('lists verbs by their names alone', () => {
    expect(words('--help')).toMatchObject({ text: expect.stringMatching(/^ {2}check +report every/m) });
  });

  it('takes - as a file', () => {
    expect(words('check -')).toMatchObject({ verb: 'check', args: ['-'] });
  });

  const wrong: readonly (readonly [string, RegExp])[] = [
    ['trian a.su', /unknown command 'trian'[\s\S]*Did you mean train/],
    ['train', /needs FILE/],
    ['train a.su b.su', /takes only FILE/],
    ['train a.su --epoch 3', /unknown option '--epoch'[\s\S]*Did you mean --epochs/],
    ['train a.su --epochs many', /number is wanted/],
    ['train a.su --epochs -1', /whole number|argument missing/],
    ['train a.su --rate fast', /A number is wanted/],
    ['check a.su --message-format loud', /Allowed choices are human, short, json, github/],
    ['new d --template cathedral', /Allowed choices are rules/],
  ];
  for (const [line, message] of wrong) {
    it(`refuses: sutra ${line}`, () => {
      const stop = words(line);
      expect(stop).toMatchObject({ verb: undefined, code: 2 });
      if (stop.verb === undefined) expect(stop.text).toMatch(message);
    });
  }

  it('says of a verb of later versions that it is not in this one', () => {
    for (const verb of LATER) {
      expect(words(`${verb} x --strange`)).toMatchObject({
        code: 2,
        text: expect.stringContaining('not in this version'),
      });
    }
  });

  it('shows help and version without failing, and help without words as wrong usage', () => {
    expect(words('--help')).toMatchObject({ code: 0 });
    expect(words('--version')).toMatchObject({ code: 0, text: '9.9.9\n' });
    expect(words('')).toMatchObject({ code: 2 });
    for (const [verb, spec] of Object.entries(VERBS)) {
      const help = words(`${verb} --help`);
      expect(help).toMatchObject({ verb: undefined, code: 0 });
      for (const name of [...Object.keys(spec.options), ...Object.keys(COMMON)]) {
        if (help.verb === undefined) expect(help.text).toContain(`--${name}`);
      }
    }
  });
});

describe('completion scripts', () => {
  for (const shell of ['bash', 'zsh', 'fish'] as const) {
    it(`${shell}: names every verb and option and parses where that shell is here`, () => {
      const script = completionScript(shell);
      for (const [verb, spec] of Object.entries(VERBS)) {
        expect(script).toContain(verb);
        for (const option of Object.keys(spec.options))
          expect(script).toContain(shell === 'fish' ? `-l ${option}` : `--${option}`);
      }
      const check = spawnSync(shell, ['-n'], { input: script });
      if (check.error === undefined) expect(check.stderr.toString()).toBe('');
    });
  }

  it('bash completes verbs and choices', () => {
    const ask = (line: string): string[] => {
      const list = line.split(' ');
      const setup = `COMP_WORDS=(${list.map((w) => `'${w}'`).join(' ')}); COMP_CWORD=${list.length - 1}; _sutra; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const result = spawnSync('bash', ['-c', `complete() { :; }\n${completionScript('bash')}\n${setup}`]);
      return result.stdout.toString().trim().split('\n');
    };
    expect(ask('sutra ce')).toEqual(['certify']);
    expect(ask('sutra new d --template ')).toEqual(['rules', 'mlp', 'automaton', 'blank']);
    expect(ask('sutra completions z')).toEqual(['zsh']);
    expect(ask('sutra train --no')).toEqual(['--no-write']);
  });
});

describe('readLiteral', () => {
  const good: readonly (readonly [string, unknown])[] = [
    ['1.5', 1.5],
    [' -2e-3 ', -0.002],
    ['1_000', 1000],
    ['true', true],
    ['setosa', 'setosa'],
    ['"two words"', 'two words'],
    ['[1, 2.0, -3,]', [1, 2, -3]],
    ['[]', []],
    ['(setosa, 2)', ['setosa', 2]],
    ['{"a": [true, false], "b": {"c": "x"}}', { a: [true, false], b: { c: 'x' } }],
    ['Flower { sepal: 1.0, kind: setosa }', { sepal: 1, kind: 'setosa' }],
    ['-inf', Number.NEGATIVE_INFINITY],
    ['nan', Number.NaN],
  ];
  for (const [text, value] of good) {
    it(`reads ${text}`, () => expect(readLiteral(text)).toEqual({ ok: true, value }));
  }

  const bad = ['', '1 2', '[1', '{a 1}', '{a: }', 'a b', '#', '"\\q"', '1,', ')'];
  for (const text of bad) {
    it(`refuses ${JSON.stringify(text)} with a reason`, () => {
      const result = readLiteral(text);
      expect(result.ok).toBe(false);
      if (!result.ok) expect(result.reason).not.toBe('');
    });
  }

  it('reads every JSON value as JSON does, and never throws on other text', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        fc.pre(!JSON.stringify(value).includes('null') && !JSON.stringify(value).includes('__proto__'));
        expect(readLiteral(JSON.stringify(value))).toEqual({ ok: true, value: JSON.parse(JSON.stringify(value)) });
      }),
    );
    fc.assert(fc.property(fc.string(), (text) => typeof readLiteral(text).ok === 'boolean'));
  });
});

describe('printing', () => {
  it('writes float32 exactly and as JSON', () => {
    expect([Math.fround(0.1), 1, -0, 1e-30, 16777216, Number.NaN].map(jsonNumber)).toEqual([
      '0.1',
      '1',
      '-0',
      '1e-30',
      '16777216',
      '"nan"',
    ]);
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (x) => {
        expect(Math.fround(JSON.parse(jsonNumber(x)) as number)).toBe(x);
      }),
    );
    expect(jsonValue({ a: [1.5, true], b: 'x' })).toBe('{"a":[1.5,true],"b":"x"}');
  });

  it('names the columns of a result by path', () => {
    expect(cellsOf({ a: 0.25, b: [1, 2] }, 'f')).toEqual([
      ['f.a', '0.25'],
      ['f.b.0', '1'],
      ['f.b.1', '2'],
    ]);
  });

  it('tells times as people do', () => {
    expect([0.42, 9.96, 12.9, 75, 3700].map(duration)).toEqual(['0.42 s', '10 s', '12 s', '1 min 15 s', '1 h 1 min']);
  });
});

describe('splitTarget', () => {
  it('takes a name after the last colon as the function', () => {
    expect(splitTarget('a.su:f')).toEqual({ file: 'a.su', fn: 'f' });
    expect(splitTarget('a.su')).toEqual({ file: 'a.su' });
    expect(splitTarget('C:\\x\\a.su')).toEqual({ file: 'C:\\x\\a.su' });
    expect(splitTarget('-')).toEqual({ file: '-' });
  });
});
