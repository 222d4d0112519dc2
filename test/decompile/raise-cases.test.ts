/** Programs as their graphs have them: golden cases that a person reads, each compiled again and compared. */
import { compile } from '../../src/road.ts';
import { runCases } from '../cases.ts';
import { succeed } from '../programs.ts';
import { allEqual, raisedProgram } from './raised.ts';

runCases('raise', (text) => {
  const compiled = succeed(compile({ name: 'program.su', text }, { read: () => undefined }));
  const raised = raisedProgram(compiled);
  if (!raised.equal || !allEqual(compiled, raised)) throw new Error(`not equal:\n${raised.text}`);
  return raised.text;
});
