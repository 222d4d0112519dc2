/** Primitives on lowered values: which family an operation belongs to, and what each does with what is known. */
import type { Logic, Prim } from '../../check/core.ts';
import type { Type } from '../../check/types.ts';
import { Bug, must } from '../../text/result.ts';
import type { Tensor } from '../bodies.ts';
import { type Env, report, type StaticValue } from '../environment.ts';
import { peel, shapeOfType } from '../instance.ts';
import { findWrong, jointSize, known, modulo, TABLE_LIMIT, tabulate, unionOfLoops } from '../statics.ts';
import { zeros } from '../tensors.ts';
import { asStatic, combine, leaf, staticValue, type Typed, tensorOf, type Value } from '../values.ts';
import { concat, isReduction, matmul, norm, outer, reduce, reshaped, reverse, reversedAxes } from './arrays.ts';
import { agreement, argmax, equal, indexArithmetic, notEqual, softmax } from './cases.ts';
import { create, isCreation } from './creation.ts';
import { connect, connectKnown, isConnective } from './logic.ts';
import { isNumberPrim, numberPrim } from './numbers.ts';

export interface PrimCall {
  readonly prim: Prim;
  readonly args: readonly Typed[];
  readonly type: Type;
  readonly logic: Logic | undefined;
}

/** The value of a primitive; nodes get the origin of `env`. */
export function lowerPrim(env: Env, call: PrimCall): Value {
  const { prim, args, type, logic } = call;
  const tensor = (i: number): Tensor => tensorOf(env, must(args[i], `${prim} lacks an argument`));
  if (prim === 'stopGradient') return withoutGradient(env, must(args[0]));
  if (isNumberPrim(prim))
    return leaf(
      numberPrim(
        env,
        prim,
        args.map((a) => tensorOf(env, a)),
      ),
    );
  if (isConnective(prim)) return connective(env, call);
  if (isReduction(prim)) return reduce(env, prim, must(args[0]), type, logic);
  if (isCreation(prim))
    return leaf(
      create(
        env,
        prim,
        shapeOfType(type),
        args.map((a) => tensorOf(env, a)),
      ),
    );
  switch (prim) {
    case 'eq':
      return equal(env, must(args[0]), must(args[1]));
    case 'ne':
      return notEqual(env, must(args[0]), must(args[1]));
    case 'int.add':
    case 'int.sub':
    case 'int.mul':
    case 'int.div':
    case 'int.mod':
    case 'int.neg':
    case 'int.lt':
    case 'int.le':
    case 'int.eq':
      return staticValue(integers(env, prim, args.map(knownTable)));
    case 'index.add':
    case 'index.sub':
    case 'index.mul':
    case 'index.mod':
      return indexArithmetic(env, prim, must(args[0]), must(args[1]), type);
    case 'argmax':
    case 'softmax':
      return vector(env, prim, tensor(0), type);
    case 'matmul':
    case 'dot':
      return leaf(matmul(env, tensor(0), tensor(1)));
    case 'outer':
      return leaf(outer(env, tensor(0), tensor(1)));
    case 'probability':
      return leaf(agreement(env, tensor(0), tensor(1)));
    case 'norm':
      return leaf(norm(env, tensor(0)));
    case 'transpose':
      return leaf(reversedAxes(env, tensor(0)));
    case 'reshape':
      return reshaped(env, must(args[0]), type);
    case 'concat':
      return concat(env, args, type);
    case 'reverse':
      return reverse(env, must(args[0]));
    case 'weights':
    case 'fromWeights':
      return leaf(tensor(0));
    case 'stack':
      throw new Bug('stack is an array expression');
    default:
      return prim satisfies never;
  }
}

function withoutGradient(env: Env, arg: Typed): Value {
  if (arg.value.kind === 'static') return arg.value;
  return combine(env, arg.type, [arg.value], ([t]) => numberPrim(env, 'stopGradient', [must(t)]));
}

function vector(env: Env, prim: 'argmax' | 'softmax', x: Tensor, type: Type): Value {
  if (x.shape[x.shape.length - 1] === 0) {
    report(env, 'empty-array', { what: prim });
    return leaf(zeros(shapeOfType(type)));
  }
  return leaf(prim === 'argmax' ? argmax(env, x) : softmax(env, x));
}

function connective(env: Env, { prim, args, type, logic }: PrimCall): Value {
  if (!isConnective(prim)) throw new Bug(`${prim} is no connective`);
  const tables = args.map((a) => asStatic(a.value));
  if (tables.every((t) => t !== undefined))
    return staticValue(tabulated(env, tables, (a, b) => connectKnown(prim, must(a), b ?? 0)));
  const [a, b] = args.map((x) => tensorOf(env, x));
  return leaf(
    connect(env, prim, peel(type).of.kind === 'bool' ? undefined : (logic ?? 'godel'), b ? [must(a), b] : [must(a)]),
  );
}

type IntPrim = Extract<Prim, `int.${string}`>;

const INTEGERS: { readonly [P in IntPrim]: (a: number, b: number) => number } = {
  'int.add': (a, b) => a + b,
  'int.sub': (a, b) => a - b,
  'int.mul': (a, b) => a * b + 0,
  'int.div': (a, b) => a / b,
  'int.mod': (a, b) => (b === 0 ? 0 : modulo(a, b)),
  'int.neg': (a) => 0 - a,
  'int.lt': (a, b) => (a < b ? 1 : 0),
  'int.le': (a, b) => (a <= b ? 1 : 0),
  'int.eq': (a, b) => (a === b ? 1 : 0),
};

function knownTable({ value, type }: Typed): StaticValue {
  if (value.kind !== 'static') throw new Bug(`a ${type.kind} is not known while compiling`);
  return value.table;
}

function integers(env: Env, prim: IntPrim, tables: readonly StaticValue[]): StaticValue {
  if (prim === 'int.mod') {
    const wrong = findWrong(must(tables[1]), env.condition, (v) => v === 0);
    if (wrong) report(env, 'remainder-by-zero', { where: wrong.where === '' ? '' : ` when ${wrong.where}` });
  }
  return tabulated(env, tables, INTEGERS[prim]);
}

/** `tabulate`, refused where the table would be too large. */
export function tabulated(env: Env, tables: readonly StaticValue[], f: (...values: number[]) => number): StaticValue {
  const entries = jointSize(tables);
  if (entries <= TABLE_LIMIT) return tabulate(tables, f);
  report(env, 'table-too-large', {
    loops: unionOfLoops(tables)
      .map((l) => l.name)
      .join(', '),
    entries,
    most: TABLE_LIMIT,
  });
  return known(0);
}
