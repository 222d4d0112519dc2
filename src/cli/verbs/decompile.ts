/**
 * `sutra decompile WEIGHTS --into FILE.su`: writes the weights of a safetensors file at the marks of a source.
 * `sutra decompile MODEL.onnx -o FILE.su`: a source for a model that has none, recompiled and compared.
 */

import { basename, dirname, join, relative } from 'node:path';
import { printCertificate } from '../../decompile/certificate.ts';
import { compile, decompileInto } from '../../road.ts';
import { problem } from '../../text/problem.ts';
import { replaceFiles } from '../disk.ts';
import { EXIT, type ExitCode, Usage } from '../exit.ts';
import { lockFile } from '../lock.ts';
import type { Verb } from '../main.ts';
import { isModel, raiseModel } from '../model.ts';
import type { OptionsOf } from '../options.ts';
import { changesText, lastLine, trainedJson } from '../parameters.ts';
import { publish, publishAs } from '../publish.ts';
import { CERTIFICATE, startRun } from '../runs.ts';
import type { Session } from '../session.ts';

export const verb: Verb<'decompile'> = async ({ args: [weights = ''], options }, session) => {
  if (isModel(weights)) {
    if (options.into !== undefined)
      throw new Usage('`--into` takes weights; a model is written to a new file with `-o FILE.su`');
    return decompileModel(weights, options.out, session);
  }
  if (options.into === undefined)
    throw new Usage('`sutra decompile` needs `--into FILE.su`, the source whose weights they are');
  const lock = lockFile(options.into);
  if (!lock.ok) return session.refuse(lock.problems);
  try {
    return decompileLocked(weights, options.into, options, session);
  } finally {
    lock.value.release();
  }
};

/** Writes the source of a model, and its large weights beside it. */
export function decompileModel(model: string, out: string | undefined, session: Session): ExitCode {
  if (!isModel(model)) throw new Usage('a model is a file that ends in .onnx');
  if (out === undefined) throw new Usage('a model is written to a new file: `-o FILE.su`');
  const raised = raiseModel(model, out, session.files);
  if (!raised.ok) return session.refuse(raised.problems);
  const { text, side, equal, numbers, layers } = raised.value;
  if (!equal) return session.refuse([problem('raise-differs', undefined, { file: model })]);
  const sides = side ? [{ path: side.path, content: side.bytes }] : [];
  const written = replaceFiles([...sides, { path: out, content: text }]);
  if (!written.ok) return session.refuse(written.problems);
  if (session.options.json) session.json({ done: true, layers, parameters: numbers, graph_equal: equal, file: out });
  else session.terminal.out(`${layers} layers, ${numbers} parameters, graph equal, 0 bits differ\n`);
  return EXIT.done;
}

function decompileLocked(weights: string, into: string, options: OptionsOf<'decompile'>, session: Session) {
  const bytes = session.files.bytes(weights);
  if (!bytes.ok) return session.refuse(bytes.problems);
  const source = session.files.source(into);
  if (!source.ok) return session.refuse(source.problems);
  const name = options.out === undefined ? into : join(dirname(into), basename(options.out));
  const compiled = compile({ ...source.value, name }, session.files);
  if (!compiled.ok) return session.refuse(compiled.problems);
  const written = decompileInto(compiled.value, session.files, { file: weights, bytes: bytes.value });
  if (!written.ok) return session.refuse(written.problems);
  session.warn([...compiled.notes, ...written.notes]);
  const run = startRun(into, compiled.value.files, { graph: compiled.value.graph, options: { weights } });
  if (!run.ok) return session.refuse(run.problems);
  run.value.put({ [CERTIFICATE]: printCertificate(written.value.certificate) });
  const published =
    options.out === undefined
      ? publish(written.value.written, join(run.value.folder, 'after'))
      : publishAs(written.value.written, options.out);
  const target = relative(dirname(into), options.out ?? into);
  run.value.save({ state: published.ok ? 'finished' : 'failed', ended: new Date().toISOString(), written: target });
  if (!published.ok) return session.refuse(published.problems);
  const certificate = join(run.value.folder, CERTIFICATE);
  const file = published.value.paths.at(-1) ?? into;
  if (options.json) session.json({ done: true, ...trainedJson(written.value), file, certificate });
  else session.terminal.out(`${changesText(written.value.params)}${lastLine(written.value)}`);
  return EXIT.done;
}
