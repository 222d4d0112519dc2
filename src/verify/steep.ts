/** How steep a row may be along each input: absolute coefficients through absolute weights and the steeper planes. Guides splits; proves nothing. */
import type { ValueId } from '../ir/graph.ts';
import { must } from '../text/result.ts';
import type { Rows } from './carry.ts';
import { addProduct } from './matrix.ts';
import type { Ready } from './prepared.ts';
import type { Relaxed } from './relax.ts';

/** Of one row: per input of the net. */
export function steepness(
  { net, layers, position, steep }: Ready,
  { value, coefficients }: Rows,
  relaxed: ReadonlyMap<ValueId, Relaxed>,
): Float64Array[] {
  const rows = new Map<ValueId, Float64Array>([[value, coefficients.map(Math.abs)]]);
  const into = (v: ValueId): Float64Array => {
    const made = rows.get(v) ?? new Float64Array(net.sizeOf(v));
    rows.set(v, made);
    return made;
  };
  for (let i = position.get(value) ?? -1; i >= 0; i--) {
    const { layer } = must(layers[i]);
    const own = rows.get(layer.result);
    if (!own) continue;
    if (layer.kind === 'linear') {
      const matrices = must(steep.get(layer.result));
      for (const [n, { operand }] of layer.op.parts.entries()) addProduct(own, 1, must(matrices[n]), into(operand));
    } else throughSteeper(own, must(relaxed.get(layer.result)), into);
  }
  return net.inputs.map(into);
}

function throughSteeper(own: Float64Array, { parts }: Relaxed, into: (v: ValueId) => Float64Array): void {
  for (const { operand, lower, upper } of parts) {
    const target = into(operand);
    for (let k = 0; k < own.length; k++) {
      const slope = Math.max(Math.abs(lower[k] as number), Math.abs(upper[k] as number));
      target[k] = (target[k] as number) + (own[k] as number) * slope;
    }
  }
}
