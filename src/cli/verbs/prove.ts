/**
 * `sutra prove`: the properties of a program (`programs.ts` of `cli/proving/`), or a network against a specification (`models.ts`). Exit code 0 only for
 * what is proved.
 */
import { canWrite } from '../disk.ts';
import { Usage } from '../exit.ts';
import type { Verb } from '../main.ts';
import { isModel } from '../model.ts';
import { decideModels } from '../proving/models.ts';
import { decidePoint, decideProgram } from '../proving/programs.ts';

export const verb: Verb<'prove'> = async ({ args, options }, session) => {
  const limitMs = timeoutOf(options.timeout ?? '60s');
  const writable = options.certificate === undefined ? undefined : canWrite(options.certificate);
  if (writable?.ok === false) return session.refuse(writable.problems);
  const [file = '', ...more] = args;
  if (!isModel(file)) {
    if (more.length > 1 || more.some((word) => word.endsWith('.vnnlib') || isModel(word)))
      throw new Usage(
        '`sutra prove` takes a program and the title of a property, or models that end in .onnx and then a specification',
      );
    const [title] = more;
    if (options.in.length === 0)
      return decideProgram({ file, title, limitMs, certificate: options.certificate }, session);
    if (title === undefined) throw new Usage('`--in` goes with the title of a property: its inputs');
    return decidePoint({ file, title, inputs: options.in }, session);
  }
  if (options.in.length > 0) throw new Usage('`--in` goes with a property of a program');
  const models = args.slice(0, -1);
  const specification = args.at(-1) ?? '';
  if (models.length === 0 || !models.every(isModel) || isModel(specification))
    throw new Usage('`sutra prove` takes models that end in .onnx and then a specification');
  return decideModels({ models, specification, limitMs, certificate: options.certificate }, session);
};

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 };

/** Milliseconds of `500ms`, `60s`, `2min`; a number alone is seconds. */
function timeoutOf(text: string): number {
  const parts = /^(\d+(?:\.\d+)?)(ms|s|min|h)?$/.exec(text);
  if (!parts) throw new Usage(`\`--timeout\` takes a time such as 500ms, 60s or 2min, not \`${text}\``);
  return Number(parts[1]) * (UNITS[parts[2] ?? 's'] ?? 0);
}
