/** Replacing files as one change: all new, or all old, whatever step fails. */
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canWrite, type Disk, realDisk, replaceFiles } from '../../src/cli/disk.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sutra-disk-'));
  writeFileSync(join(folder, 'a.su'), 'old a');
  writeFileSync(join(folder, 'w.safetensors'), 'old w');
});
afterEach(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);
const both = () => [
  { path: at('w.safetensors'), content: 'new w' },
  { path: at('a.su'), content: 'new a' },
];

function failingAt(step: keyof Disk, count: number, code: string): Disk {
  let calls = 0;
  const fails = (): void => {
    calls += 1;
    if (calls === count) throw Object.assign(new Error(`${code}: injected`), { code });
  };
  const wrapped = Object.entries(realDisk).map(([name, f]) => [
    name,
    (...args: unknown[]) => {
      if (name === step) fails();
      return (f as (...a: unknown[]) => unknown)(...args);
    },
  ]);
  return Object.fromEntries(wrapped) as Disk;
}

describe('replaceFiles', () => {
  it('replaces all files and leaves nothing else', () => {
    expect(replaceFiles(both()).ok).toBe(true);
    expect(readFileSync(at('a.su'), 'utf8')).toBe('new a');
    expect(readFileSync(at('w.safetensors'), 'utf8')).toBe('new w');
    expect(readdirSync(folder).sort()).toEqual(['a.su', 'w.safetensors']);
  });

  const steps: readonly (readonly [keyof Disk, number])[] = [
    ['open', 1],
    ['open', 2],
    ['write', 1],
    ['write', 2],
    ['flush', 2],
    ['rename', 1],
    ['rename', 2],
    ['keep', 2],
  ];
  for (const [step, count] of steps) {
    it(`keeps every old file whole when ${step} number ${count} fails on a full disk`, () => {
      const result = replaceFiles(both(), failingAt(step, count, 'ENOSPC'));
      expect(result.ok).toBe(false);
      if (!result.ok)
        expect(result.problems[0]).toMatchObject({ id: 'SU0802', help: expect.stringContaining('The disk is full') });
      expect(readFileSync(at('a.su'), 'utf8')).toBe('old a');
      expect(readFileSync(at('w.safetensors'), 'utf8')).toBe('old w');
      expect(readdirSync(folder).sort()).toEqual(['a.su', 'w.safetensors']);
    });
  }

  it('writes all bytes when the system takes few at a time', () => {
    const slow: Disk = {
      ...realDisk,
      write: (fd, bytes, offset) => realDisk.write(fd, bytes.subarray(0, offset + 3), offset),
    };
    expect(replaceFiles([{ path: at('a.su'), content: 'a longer text than three bytes' }], slow).ok).toBe(true);
    expect(readFileSync(at('a.su'), 'utf8')).toBe('a longer text than three bytes');
  });

  it('removes a new file again when a later one fails', () => {
    const files = [{ path: at('fresh'), content: 'x' }, ...both()];
    expect(replaceFiles(files, failingAt('rename', 3, 'EIO')).ok).toBe(false);
    expect(existsSync(at('fresh'))).toBe(false);
  });

  it('keeps the mode of a file and the link that leads to it', () => {
    chmodSync(at('a.su'), 0o640);
    symlinkSync(at('a.su'), at('link.su'));
    expect(replaceFiles([{ path: at('link.su'), content: 'through the link' }]).ok).toBe(true);
    expect(lstatSync(at('link.su')).isSymbolicLink()).toBe(true);
    expect(readFileSync(at('a.su'), 'utf8')).toBe('through the link');
    expect(statSync(at('a.su')).mode & 0o777).toBe(0o640);
  });

  it('leaves a write-protected file alone, though its folder would let it be replaced', () => {
    const result = replaceFiles(both(), failingAt('mayWrite', 2, 'EACCES'));
    expect(result).toMatchObject({ ok: false, problems: [{ id: 'SU0802', help: expect.stringContaining('may not') }] });
    expect(readFileSync(at('a.su'), 'utf8')).toBe('old a');
    expect(readFileSync(at('w.safetensors'), 'utf8')).toBe('old w');
    expect(canWrite(at('a.su'), failingAt('mayWrite', 1, 'EACCES')).ok).toBe(false);
    expect(canWrite(at('a.su')).ok).toBe(true);
  });

  it('says which folder is missing', () => {
    const result = replaceFiles([{ path: at('no/such/a.su'), content: '' }]);
    expect(result).toMatchObject({
      ok: false,
      problems: [{ id: 'SU0802', help: expect.stringContaining('no such file') }],
    });
  });
});
