/** `--watch`: again whenever a file that was read changes, until ^C. */
import { expect, it } from 'vitest';
import { until, workplace } from './sutra.ts';

const place = workplace();

it('checks again when the file or one it imports changes', async () => {
  place.write('part.su', 'fn one() -> f32 { 1.0 }\n');
  place.write('main.su', 'import { one } from "./part.su";\nfn two() -> f32 { one() + one() }\n');
  const { process: child, ended } = place.start('check', 'main.su', '--watch');
  let reports = 0;
  child.stderr?.on('data', (chunk: Buffer) => {
    reports += chunk.toString().split('in 1 file').length - 1;
  });
  await until(() => reports === 1);
  await new Promise((resolve) => setTimeout(resolve, 100));
  place.write('part.su', 'fn one() -> f32 { missing }\n');
  await until(() => reports === 2);
  await new Promise((resolve) => setTimeout(resolve, 100));
  place.write('main.su', 'fn two() -> f32 { 2.0 }\n');
  await until(() => reports === 3);
  await new Promise((resolve) => setTimeout(resolve, 100));
  child.kill('SIGINT');
  const { code, out, err } = await ended();
  expect(code).toBe(130);
  expect(err.match(/\d errors?, \d warnings?/g)).toEqual([
    '0 errors, 0 warnings',
    '1 error, 0 warnings',
    '0 errors, 0 warnings',
  ]);
  expect(out).toContain('part.su:1:');
});
