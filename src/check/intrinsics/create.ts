/** Values made of nothing: constants of a wanted shape, and the random starts of parameters. */

import { must } from '../../text/result.ts';
import { axesOf, core, errorCore, F32, leafOf, numberCore, prim } from '../build.ts';
import type { Checker } from '../context.ts';
import type { Core, Prim } from '../core.ts';
import type { Type } from '../types.ts';
import { take } from './arguments.ts';
import type { Intrinsic, IntrinsicCall, Rule } from './table.ts';

/** The wanted type, when it is made of numbers. */
function wantedShape(c: Checker, call: IntrinsicCall, hint: Type | undefined, axes: number): Type | undefined {
  const type = hint && c.solver.type(hint);
  const leaf = type && leafOf(type);
  if (type && (leaf?.kind === 'f32' || leaf?.kind === 'truth') && axesOf(type).length >= axes)
    return leaf.kind === 'f32' ? type : shapeAs(type);
  const example = axes >= 2 ? 'f32[4, 4]' : 'f32[4]';
  c.fail('cannot-infer', call.at, {
    what: `the shape of \`${call.name}\``,
    hint: `State the type: \`let w: ${example} = ${call.name}(...);\`. It takes the shape that is wanted where it stands.`,
  });
  return undefined;
}

const shapeAs = (type: Type): Type =>
  type.kind === 'array' ? { kind: 'array', of: shapeAs(type.of), size: type.size } : F32;

interface Argument {
  readonly name: string;
  readonly value?: number;
}

const create =
  (name: Prim, parameters: readonly Argument[], random: boolean, axes = 0): Rule =>
  (c, call, hint) => {
    const required = parameters.filter((p) => p.value === undefined).length;
    const slots = take(
      c,
      call,
      parameters.map((p) => p.name),
      required,
    );
    if (random && !creationAllowed(c, call)) return errorCore(call.at);
    const type = wantedShape(c, call, hint, axes);
    if (!slots || !type) return errorCore(call.at);
    const args = slots.map(
      (e, i): Core => (e ? c.check(e, F32) : numberCore(must(must(parameters[i]).value), call.at)),
    );
    return prim(name, type, call.at, args);
  };

/** Notes that the definition makes random starts or loads a file; a function may, when only params call it. */
function creationAllowed(c: Checker, call: IntrinsicCall): boolean {
  if (c.frame.creates === 'no') {
    c.fail('misplaced-initialiser', call.at, {
      name: call.name,
      hint: `A program computes the same every time; write \`param w: f32[4] = ${call.name}(...);\` at the top level.`,
    });
    return false;
  }
  c.frame.createdAt ??= call.at;
  return true;
}

const load: Rule = (c, call, hint) => {
  const slots = take(c, call, ['file', 'tensor', 'sha256'], 2);
  if (!slots || !creationAllowed(c, call)) return errorCore(call.at);
  const type = hint && c.solver.type(hint);
  if (!type || type.kind === 'error' || (type.kind === 'var' && type.name.startsWith('?'))) {
    return c.fail('cannot-infer', call.at, {
      what: 'the type of what is loaded',
      hint: 'State it: `param w: f32[8, 8] = load(...);`.',
    });
  }
  const texts = slots.map((e) => e && c.check(e, { kind: 'string' }));
  for (const t of texts)
    if (t && t.kind !== 'string')
      return t.kind === 'error' ? t : c.fail('not-constant', t.at, { what: 'this text', hint: 'Write it in quotes.' });
  const [file, tensor, sha256] = texts.map((t) => (t?.kind === 'string' ? t.value : undefined));
  const hash = slots[2];
  return core(type, call.at, {
    kind: 'load',
    file: file ?? '',
    tensor: tensor ?? '',
    ...(sha256 !== undefined && hash && { sha256, sha256At: hash.at }),
  });
};

const make = (name: string, signature: string, doc: string, rule: Rule): Intrinsic => ({
  name,
  signature,
  doc,
  arity: 0,
  rule,
});

export const CREATIONS: readonly Intrinsic[] = [
  make('zeros', 'zeros() -> f32[...]', 'Zeros of the wanted shape.', create('init.zeros', [], false)),
  make('ones', 'ones() -> f32[...]', 'Ones of the wanted shape.', create('init.ones', [], false)),
  make(
    'full',
    'full(value: f32) -> f32[...]',
    'One number everywhere in the wanted shape.',
    create('init.full', [{ name: 'value' }], false),
  ),
  make(
    'eye',
    'eye() -> f32[n, m]',
    'Ones where both indices are equal, zeros elsewhere.',
    create('init.eye', [], false, 2),
  ),
  make(
    'normal',
    'normal(scale: f32 = 1.0) -> f32[...]',
    'Random normal numbers of mean 0 and this standard deviation.',
    create('init.normal', [{ name: 'scale', value: 1 }], true),
  ),
  make(
    'uniform',
    'uniform(low: f32 = -1.0, high: f32 = 1.0) -> f32[...]',
    'Random numbers between two bounds.',
    create(
      'init.uniform',
      [
        { name: 'low', value: -1 },
        { name: 'high', value: 1 },
      ],
      true,
    ),
  ),
  make('glorot', 'glorot() -> f32[n, m]', 'Uniform in ±sqrt(6 / (n + m)).', create('init.glorot', [], true, 2)),
  make('he', 'he() -> f32[n, m]', 'Normal with standard deviation sqrt(2 / m).', create('init.he', [], true, 2)),
  make(
    'orthogonal',
    'orthogonal() -> f32[n, m]',
    'A random matrix with orthonormal rows or columns.',
    create('init.orthogonal', [], true, 2),
  ),
  make(
    'load',
    'load(file: string, tensor: string, sha256: string = ...) -> T',
    'A tensor of a safetensors file.',
    load,
  ),
];
