/** Alarms: an `iterate` that reached its bound. One inside a loop is carried out of it; one on a side not taken is silent. */
import type { Span } from '../text/span.ts';
import type { PendingAlarm, Tensor } from './bodies.ts';
import type { Env } from './environment.ts';
import { min } from './tensors.ts';

/** Registers an alarm with the body that its value belongs to. */
export function raise(env: Env, alarm: PendingAlarm): void {
  const { value } = alarm;
  (value.kind === 'node' ? value.body : env.build.root).alarms.push(alarm);
}

/** An alarm that counts only where the crisp conditions around hold. */
export function raiseGuarded(env: Env, value: Tensor, message: string, at: Span): void {
  const guarded = env.guards.reduce((v, guard) => min(env, v, guard()), value);
  raise(env, { value: guarded, message, at });
}
