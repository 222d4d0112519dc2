/** One training per file: a living holder is respected, a dead one is not. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockFile } from '../../src/cli/lock.ts';

let folder = '';
const file = (): string => join(folder, 'a.su');
const path = (): string => join(folder, '.sutra', 'locks', 'a.su');
const hold = (holder: object | string): void => {
  mkdirSync(join(folder, '.sutra', 'locks'), { recursive: true });
  writeFileSync(path(), typeof holder === 'string' ? holder : JSON.stringify(holder));
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sutra-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('lockFile', () => {
  it('is free again after release', () => {
    for (let i = 0; i < 2; i++) {
      const lock = lockFile(file());
      expect(lock.ok).toBe(true);
      if (lock.ok) lock.value.release();
    }
    expect(existsSync(path())).toBe(false);
  });

  it('refuses a second holder and names the first', () => {
    expect(lockFile(file()).ok).toBe(true);
    const second = lockFile(file());
    expect(second).toMatchObject({
      ok: false,
      problems: [{ id: 'SU0803', help: expect.stringContaining(String(process.pid)) }],
    });
  });

  it('lets other files be trained', () => {
    expect(lockFile(file()).ok).toBe(true);
    expect(lockFile(join(folder, 'b.su')).ok).toBe(true);
  });

  it('takes over the lock of a process that is gone', () => {
    const { pid } = spawnSync('true');
    hold({ process: pid, host: hostname(), started: '' });
    expect(lockFile(file()).ok).toBe(true);
    expect(readdirSync(join(folder, '.sutra', 'locks'))).toEqual(['a.su']);
  });

  it('takes over when the number belongs to a later process', () => {
    hold({ process: process.pid, host: hostname(), started: '1' });
    expect(lockFile(file()).ok).toBe(process.platform === 'linux');
  });

  it('respects a process of another machine, which it cannot ask', () => {
    hold({ process: 1, host: 'elsewhere', started: '' });
    expect(lockFile(file()).ok).toBe(false);
  });

  it('takes over a lock that is no lock', () => {
    hold('half a li');
    expect(lockFile(file()).ok).toBe(true);
  });

  it('says so when the folder cannot be made', () => {
    writeFileSync(join(folder, '.sutra'), 'a file');
    expect(lockFile(file())).toMatchObject({ ok: false, problems: [{ id: 'SU0802' }] });
  });
});
