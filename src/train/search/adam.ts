/**
 * The step of Adam (Kingma and Ba 2015) for logits and the numbers beside them, whatever the optimiser of the `train` block: the
 * graph of std/optim `adam` with its defaults, bit for bit.
 */
import type { Graph } from '../../ir/graph.ts';
import { graphBuilder } from '../../ops/build.ts';

export const ADAM_STATES: readonly string[] = ['state.mean', 'state.square'];

const [BETA1, BETA2, EPSILON] = [0.9, 0.999, 1e-8];
/** Below this a number becomes 0, so that fading averages never become denormal. */
const TINY = 2 ** -100;

/** Inputs `w`, `g`, the states, `t`, `rate`; outputs `w` and the states. Scalars. */
export function adamStep(): Graph {
  const b = graphBuilder();
  const [w, g] = [b.input('w', []), b.input('g', [])];
  const [mean, square] = [b.input('state.mean', []), b.input('state.square', [])];
  const [t, rate] = [b.input('t', []), b.input('rate', [])];
  const number = (x: number): typeof w => b.full([], x);
  const one = number(1);
  const flushed = (x: typeof w): typeof w =>
    b.select(b.op('lt', [b.op('abs', [x], {}), number(TINY)], { width: 1 }), number(0), x);
  const [beta1, beta2] = [number(BETA1), number(BETA2)];
  const nextMean = flushed(b.add(b.mul(beta1, mean), b.mul(b.sub(one, beta1), g)));
  const nextSquare = flushed(b.add(b.mul(beta2, square), b.mul(b.mul(b.sub(one, beta2), g), g)));
  const first = b.sub(one, b.op('pow', [beta1, t], {}));
  const second = b.sub(one, b.op('pow', [beta2, t], {}));
  const scale = b.div(one, b.op('sqrt', [second], {}));
  const step = b.div(
    b.mul(b.div(rate, first), nextMean),
    b.add(b.mul(b.op('sqrt', [nextSquare], {}), scale), number(EPSILON)),
  );
  return b.finish([
    { name: 'w', value: b.sub(w, step) },
    { name: 'state.mean', value: nextMean },
    { name: 'state.square', value: nextSquare },
  ]);
}
