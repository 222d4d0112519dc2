/**
 * Prints a kernel as the body of a JavaScript function. For tools and tests that may turn text into code; the package
 * itself never does. V8 runs the result at about a nanosecond for ten steps.
 */
import { must } from '../text/result.ts';
import { inOrder } from './build.ts';
import type { Expr, Primitive } from './expr.ts';

/** Names the printed code expects in scope: pass `JS_PRELUDE` before it. */
export const JS_PRELUDE = `
const $f = Math.fround, $floor = Math.floor, $abs = Math.abs, $sqrt = Math.sqrt;
const $buffer = new ArrayBuffer(8);
const $asF32 = new Float32Array($buffer), $asI32 = new Int32Array($buffer), $asF64 = new Float64Array($buffer);
const $bits = (x) => { $asF32[0] = x; return $asI32[0]; };
const $fromBits = (i) => { $asI32[0] = i; return $asF32[0]; };
const $exp2i = (k) => { $asI32[0] = 0; $asI32[1] = (k + 1023) << 20; return $asF64[0]; };
const $nearest = (x) => {
  const a = $abs(x);
  if (!(a < 4503599627370496)) return x;
  const r = a + 4503599627370496 - 4503599627370496;
  return x < 0 || Object.is(x, -0) ? -r : r;
};`;

type Template = (a: string, b: string) => string;

// biome-ignore format: a table reads better in rows
const TEMPLATES: { readonly [P in Primitive]: Template } = {
  'f32.add': (a, b) => `$f(${a} + ${b})`, 'f32.sub': (a, b) => `$f(${a} - ${b})`, 'f32.mul': (a, b) => `$f(${a} * ${b})`, 'f32.div': (a, b) => `$f(${a} / ${b})`,
  'f32.min': (a, b) => `${b} < ${a} ? ${b} : ${a}`, 'f32.max': (a, b) => `${a} < ${b} ? ${b} : ${a}`,
  'f32.neg': (a) => `-${a}`, 'f32.abs': (a) => `$abs(${a})`, 'f32.sqrt': (a) => `$f($sqrt(${a}))`, 'f32.floor': (a) => `$floor(${a})`, 'f32.nearest': (a) => `$nearest(${a})`,
  'f32.lt': (a, b) => `${a} < ${b} ? -1 : 0`, 'f32.le': (a, b) => `${a} <= ${b} ? -1 : 0`, 'f32.eq': (a, b) => `${a} === ${b} ? -1 : 0`,
  'f32.bits': (a) => `$bits(${a})`, 'f32.fromBits': (a) => `$fromBits(${a})`, 'f32.toI32': (a) => `${a} | 0`, 'f32.fromI32': (a) => `$f(${a})`,
  'f32.fromF64': (a) => `$f(${a})`, 'f64.fromF32': (a) => a, 'f64.fromI32': (a) => a,
  'f64.add': (a, b) => `${a} + ${b}`, 'f64.sub': (a, b) => `${a} - ${b}`, 'f64.mul': (a, b) => `${a} * ${b}`, 'f64.div': (a, b) => `${a} / ${b}`,
  'f64.neg': (a) => `-${a}`, 'f64.floor': (a) => `$floor(${a})`, 'f64.nearest': (a) => `$nearest(${a})`, 'f64.toI32': (a) => `${a} | 0`,
  'f64.lt': (a, b) => `${a} < ${b} ? -1 : 0`, 'f64.le': (a, b) => `${a} <= ${b} ? -1 : 0`, 'f64.exp2i': (a) => `$exp2i(${a})`,
  'i32.add': (a, b) => `(${a} + ${b}) | 0`, 'i32.sub': (a, b) => `(${a} - ${b}) | 0`, 'i32.and': (a, b) => `${a} & ${b}`, 'i32.or': (a, b) => `${a} | ${b}`,
  'i32.xor': (a, b) => `${a} ^ ${b}`, 'i32.shl': (a, b) => `${a} << ${b}`, 'i32.shrS': (a, b) => `${a} >> ${b}`, 'i32.shrU': (a, b) => `(${a} >>> ${b}) | 0`,
  'i32.lt': (a, b) => `${a} < ${b} ? -1 : 0`, 'i32.eq': (a, b) => `${a} === ${b} ? -1 : 0`,
};

/**
 * Statements that compute `root` from the variables `a0`, `a1`, ... (numbers that float32 holds), and the name of the
 * result. Constants are written in place.
 */
export function printJs(root: Expr): { statements: string; result: string } {
  const names = new Map<Expr, string>();
  const name = (e: Expr): string => must(names.get(e));
  const lines: string[] = [];
  for (const e of inOrder([root])) {
    const text = expression(e, name);
    const simple = e.kind === 'arg' || e.kind === 'const';
    names.set(e, simple ? text : `v${lines.length}`);
    if (!simple) lines.push(`const v${lines.length} = ${text};`);
  }
  return { statements: lines.join('\n'), result: name(root) };
}

function expression(e: Expr, name: (e: Expr) => string): string {
  switch (e.kind) {
    case 'arg':
      return `a${e.index}`;
    case 'const':
      return Object.is(e.value, -0) || e.value < 0 ? `(${Object.is(e.value, -0) ? '-0' : e.value})` : String(e.value);
    case 'step':
      return TEMPLATES[e.step](name(must(e.args[0])), e.args[1] ? name(e.args[1]) : '');
    case 'select':
      return `${name(e.mask)} ? ${name(e.then)} : ${name(e.else)}`;
    default:
      return e satisfies never;
  }
}
