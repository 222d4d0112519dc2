/** ln x in float32 steps: x = m·2^e, f = m - 1 exact, ln x = e·ln 2 + (f + (f³q(f) + e·ln2_low - f²/2)). */
import type { Expr, KernelBuilder } from '../expr.ts';
import { horner, LN2_HIGH, LN2_LOW, splitFloat } from './parts.ts';

/** (ln(1+f) - f + f²/2) / f³ on [√½ - 1, √2 - 1], error 3e-9 after multiplying by f². */
// biome-ignore format: one list
const TAIL = [
  0.3333333134651184, -0.2499999701976776, 0.20000715553760529, -0.1666780263185501, 0.14249056577682495,
  -0.12425685673952103, 0.1168542355298996, -0.11479748785495758, 0.0697162076830864,
];

export function log(k: KernelBuilder, x: Expr): Expr {
  const { mantissa, exponent } = splitFloat(k, x);
  const f = k.step('f32.sub', mantissa, k.f32(1));
  const e = k.step('f32.fromI32', exponent);
  const square = k.step('f32.mul', f, f);
  const cubic = k.step('f32.mul', k.step('f32.mul', square, f), horner(k, f, TAIL));
  const low = k.step('f32.add', cubic, k.step('f32.mul', e, k.f32(LN2_LOW)));
  const tail = k.step('f32.sub', low, k.step('f32.mul', square, k.f32(0.5)));
  const result = k.step('f32.add', k.step('f32.mul', e, k.f32(LN2_HIGH)), k.step('f32.add', f, tail));
  const zero = k.select(k.step('f32.eq', x, k.f32(0)), k.f32(-Infinity), k.f32(NaN));
  const positive = k.select(k.step('f32.lt', x, k.f32(Infinity)), result, x);
  return k.select(k.step('f32.lt', k.f32(0), x), positive, zero);
}
