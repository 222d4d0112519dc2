/** `load("file", "tensor")`: the numbers come from the host; shape and hash are compared with what the source says. */
import type { Core } from '../check/core.ts';
import { constTensor } from './bodies.ts';
import { type Env, report, typeIn } from './environment.ts';
import { shapeOfType } from './instance.ts';
import { sameShape } from './tensors.ts';
import { leaf, someValue, type Value } from './values.ts';

type Load = Extract<Core, { kind: 'load' }>;

export function loadTensor(env: Env, core: Load): Value {
  const type = typeIn(env, core.type);
  const shape = shapeOfType(type);
  const { file, tensor } = core;
  const found = env.build.world.load(file, tensor, core.at.source.name);
  if (found === undefined || typeof found === 'string') {
    const why = found ?? `There is no such file, or no tensor of this name in it.`;
    report(env, 'cannot-load', { file, tensor, why }, { at: core.at });
    return someValue(env, type);
  }
  if (core.sha256 !== undefined && found.sha256 !== undefined && found.sha256 !== core.sha256)
    report(env, 'loaded-hash', { file, found: found.sha256, expected: core.sha256 }, { at: core.sha256At ?? core.at });
  if (!sameShape(found.shape, shape)) {
    report(
      env,
      'loaded-shape',
      { file, tensor, found: found.shape.join(', '), expected: shape.join(', ') },
      { at: core.at },
    );
    return someValue(env, type);
  }
  return leaf(constTensor(shape, found.data));
}
