/**
 * Prints scalar kernels as C expressions, one number at a time or 16 lanes at a time. Every step is one IEEE or integer operation of
 * `kernel/expr.ts`; what is read more than once, or grows long, gets a name. Words (`i32`) are `uint32_t`, so that they wrap.
 */
import { inOrder, operandsOf } from '../../kernel/build.ts';
import type { Expr, KernelType, Primitive } from '../../kernel/expr.ts';
import { COMPARES, isMask } from '../../kernel/masks.ts';
import { must } from '../../text/result.ts';
import { f32Literal, f64Literal, wordLiteral } from './literal.ts';
import type { Site } from './site.ts';

/** One number at a time, or 16. */
export type Width = 1 | 16;

/** An expression. An atom needs no parentheses as an operand. */
export interface Term {
  readonly text: string;
  readonly atom: boolean;
}

export const atom = (text: string): Term => ({ text, atom: true });
const compound = (text: string): Term => ({ text, atom: false });
const operand = ({ text, atom }: Term): string => (atom ? text : `(${text})`);

export const TYPES: { readonly [W in Width]: { readonly [T in KernelType]: string } } = {
  1: { f32: 'float', f64: 'double', i32: 'uint32_t' },
  16: { f32: 'f32x16', f64: 'f64x16', i32: 'u32x16' },
};

/** Longer than this, an expression gets a name. */
const LONG = 64;

const OPERATORS: { readonly [P in Primitive]?: string } = {
  'f32.add': '+',
  'f32.sub': '-',
  'f32.mul': '*',
  'f32.div': '/',
  'f64.add': '+',
  'f64.sub': '-',
  'f64.mul': '*',
  'f64.div': '/',
  'i32.add': '+',
  'i32.sub': '-',
  'i32.and': '&',
  'i32.or': '|',
  'i32.xor': '^',
};

const COMPARISONS: { readonly [P in Primitive]?: string } = {
  'f32.lt': '<',
  'f32.le': '<=',
  'f32.eq': '==',
  'f64.lt': '<',
  'f64.le': '<=',
  'i32.lt': '<',
  'i32.eq': '==',
};

/** Functions of C itself, where 16 lanes need a helper. */
const STANDARD: { readonly [P in Primitive]?: string } = { 'f32.abs': 'fabsf', 'f32.sqrt': 'sqrtf' };

type PrintStep = (args: readonly Expr[], step: Primitive) => Term;

/** A printer of kernels at where `site` stands. `arg` gives the text of an argument. Gives the expression of each root. */
export function printExprs(
  site: Site,
  width: Width,
  roots: readonly Expr[],
  arg: (index: number) => Term,
): readonly Term[] {
  const uses = usesOf(roots);
  const known = new Map<Expr, Term>();
  const text = (e: Expr): string => operand(must(known.get(e)));
  const helper = (name: string, ...args: readonly string[]): Term => {
    site.needs.add(name);
    return atom(`${name}(${args.join(', ')})`);
  };
  /** As an argument of a function: without parentheses, and a constant in all lanes. */
  const bare = (e: Expr): string => {
    const term = must(known.get(e));
    return width === 16 && e.kind === 'const' ? splat(e.type, term.text).text : term.text;
  };
  const splat = (type: KernelType, value: string): Term =>
    helper(type === 'f32' ? 'splat16' : type === 'f64' ? 'splat16_f64' : 'splat16_u32', value);
  /** As an operand; two constants have no lanes of their own. */
  const side = (e: Expr, others: readonly Expr[]): string =>
    width === 16 && others.every((o) => o.kind === 'const') ? bare(e) : text(e);

  const steps = width === 1 ? scalarSteps() : laneSteps();

  function scalarSteps(): PrintStep {
    return (args, step) => {
      const [a, b] = args as readonly [Expr, Expr];
      const compares = COMPARISONS[step];
      if (compares) return compound(`-(uint32_t)(${comparison(step, compares, a, b)})`);
      switch (step) {
        case 'f32.fromI32':
          return compound(`(float)(int32_t)${text(a)}`);
        case 'f64.fromI32':
          return compound(`(double)(int32_t)${text(a)}`);
        case 'f32.fromF64':
          return compound(`(float)${text(a)}`);
        case 'f64.fromF32':
          return compound(`(double)${text(a)}`);
        case 'i32.shrS':
          return helper('i32_shrS', bare(a), amount(b));
        default: {
          const standard = STANDARD[step];
          return standard ? atom(`${standard}(${bare(a)})`) : helper(step.replace('.', '_'), ...args.map(bare));
        }
      }
    };
  }

  function laneSteps(): PrintStep {
    return (args, step) => {
      const [a, b] = args as readonly [Expr, Expr];
      const [type, what] = step.split('.') as [KernelType, string];
      const compares = COMPARISONS[step];
      if (compares && type !== 'f64') return compound(`(u32x16)(${laneComparison(type, compares, a, b)})`);
      switch (step) {
        case 'f32.bits':
          return compound(`(u32x16)${laneText(a)}`);
        case 'f32.fromBits':
          return compound(`(f32x16)${laneText(a)}`);
        case 'i32.shrS':
          return compound(`(u32x16)((i32x16)${laneText(a)} >> (i32x16)${laneText(b, true)})`);
        default:
          return helper(`${type}x16_${what}`, ...args.map(bare));
      }
    };
  }

  const comparison = (step: Primitive, sign: string, a: Expr, b: Expr): string =>
    step === 'i32.lt' ? `(int32_t)${text(a)} ${sign} (int32_t)${text(b)}` : `${text(a)} ${sign} ${text(b)}`;

  const laneComparison = (type: KernelType, sign: string, a: Expr, b: Expr): string => {
    if (type !== 'i32' || sign === '==') return `${side(a, [a, b])} ${sign} ${text(b)}`;
    return `(i32x16)${laneText(a)} ${sign} (i32x16)${laneText(b)}`;
  };

  /** In all lanes, as an operand. */
  const laneText = (e: Expr, isAmount = false): string => {
    if (e.kind === 'const') return splat(e.type, isAmount ? amount(e) : must(known.get(e)).text).text;
    return isAmount ? `(${text(e)} & 31u)` : text(e);
  };

  /** By how much to shift: modulo 32. */
  const amount = (e: Expr): string => (e.kind === 'const' ? String(e.value & 31) : `(${text(e)} & 31u)`);

  function stepTerm(step: Primitive, args: readonly Expr[]): Term {
    const [a, b] = args as readonly [Expr, Expr];
    const operator = OPERATORS[step];
    if (operator) return compound(`${side(a, args)} ${operator} ${text(b)}`);
    if (step === 'f32.neg' || step === 'f64.neg') return compound(`-${side(a, args)}`);
    if (step === 'i32.shl' || step === 'i32.shrU')
      return compound(`${side(a, args)} ${step === 'i32.shl' ? '<<' : '>>'} ${amount(b)}`);
    return steps(args, step);
  }

  function selectTerm(e: Extract<Expr, { kind: 'select' }>): Term {
    if (width === 1) return compound(`${condition(e.mask)} ? ${veiled(e)} : ${text(e.else)}`);
    const mask = isMask(e.mask) ? bare(e.mask) : `(u32x16)(${laneText(e.mask)} != 0u)`;
    return helper(`${TYPES[16][e.type]}_select`, mask, bare(e.then), bare(e.else));
  }

  /** What a comparison chooses of its own operands is a minimum, which Clang must not know either. */
  const veiled = ({ mask, type, then }: Extract<Expr, { kind: 'select' }>): string => {
    const compared = mask.kind === 'step' && mask.args.includes(then) && type === 'f32';
    return compared ? helper('f32_veiled', bare(then)).text : text(then);
  };

  const condition = (e: Expr): string => {
    const compares = e.kind === 'step' && uses.get(e) === 1 ? COMPARISONS[e.step] : undefined;
    if (e.kind !== 'step' || !compares) return text(e);
    const [a, b] = e.args as readonly [Expr, Expr];
    return comparison(e.step, compares, a, b);
  };

  function termOf(e: Expr): Term {
    switch (e.kind) {
      case 'arg':
        return arg(e.index);
      case 'const':
        return atom(constant(e.type, e.value));
      case 'step':
        return stepTerm(e.step, e.args);
      case 'select':
        return selectTerm(e);
      default:
        return e satisfies never;
    }
  }

  for (const e of inOrder(roots)) {
    const term = termOf(e);
    const often = must(uses.get(e)) > 1 && !/^\w+$/.test(term.text);
    const named = e.kind !== 'const' && (often || term.text.length > LONG) && !foldsIntoCondition(e);
    known.set(e, named ? site.name(TYPES[width][e.type], term.text) : term);
  }
  return roots.map((root) => {
    const term = must(known.get(root));
    return width === 16 && root.kind === 'const' ? splat(root.type, term.text) : term;
  });

  /** A comparison that only one select asks is written there. */
  function foldsIntoCondition(e: Expr): boolean {
    return width === 1 && e.kind === 'step' && COMPARES.has(e.step) && uses.get(e) === 1;
  }
}

function constant(type: KernelType, value: number): string {
  return type === 'f32' ? f32Literal(value) : type === 'f64' ? f64Literal(value) : wordLiteral(value);
}

function usesOf(roots: readonly Expr[]): Map<Expr, number> {
  const uses = new Map<Expr, number>();
  const add = (e: Expr): void => {
    uses.set(e, (uses.get(e) ?? 0) + 1);
  };
  for (const e of inOrder(roots)) for (const o of operandsOf(e)) add(o);
  for (const root of roots) add(root);
  return uses;
}
