/** Lowering of expressions: one case per kind of core term; each let is lowered once and shared. */
import type { CoerceHow, Core, Local } from '../check/core.ts';
import type { Type } from '../check/types.ts';
import { Bug, must } from '../text/result.ts';
import { textOf } from '../text/span.ts';
import { scalar } from './bodies.ts';
import { lookUp, lowerIf, lowerMatch, whereHolds } from './choice.ts';
import { bind, type Env, here, lookup, report, type StaticValue, sizeHere, typeIn } from './environment.ts';
import { lowerApply, lowerCall, lowerFnRef, lowerLambda, lowerLiftCall, lowerPrimRef } from './functions.ts';
import { casesOf, peel, signedSizeIn } from './instance.ts';
import { loadTensor } from './load.ts';
import { lowerComprehension, lowerFold, lowerIterate } from './loops.ts';
import { globalValue, holeValue, paramValue } from './names.ts';
import { lowerAlarm, lowerOperation } from './operations.ts';
import { indexNumber, twoWeights } from './prims/cases.ts';
import { lowerPrim, tabulated } from './prims/index.ts';
import { isConnective } from './prims/logic.ts';
import { findWrong, known, soleValue } from './statics.ts';
import { sliceAxis, stack } from './tensors.ts';
import {
  asStatic,
  dataType,
  fromTensors,
  indexed,
  leaf,
  named,
  product,
  someValue,
  staticValue,
  type Typed,
  tensorOf,
  tensorsOf,
  type Value,
} from './values.ts';

/** The value of a term. */
export function lower(env: Env, core: Core): Value {
  let at = env;
  let term = core;
  while (term.kind === 'let') {
    at = bind(at, term.local, bound(at, term.local, lower(at, term.value)));
    term = term.body;
  }
  at.build.depth++;
  const value = lowerTerm(at, term);
  at.build.depth--;
  return value;
}

/** Terms inside one another, beyond which the stack of the machine could end. */
const DEPTH_LIMIT = 1000;

function lowerTerm(env: Env, core: Core): Value {
  if (env.build.budget <= 0) return someValue(env, typeIn(env, core.type));
  if (env.build.depth > DEPTH_LIMIT) {
    const { problems } = env.build.world;
    if (!problems.all.some((p) => p.name === 'calls-too-deep'))
      report(here(env, core), 'calls-too-deep', { most: DEPTH_LIMIT });
    return someValue(env, typeIn(env, core.type));
  }
  switch (core.kind) {
    case 'number':
      return core.type.kind === 'int' ? staticValue(known(core.value)) : leaf(scalar(core.value));
    case 'bool':
      return staticValue(known(core.value ? 1 : 0));
    case 'case':
      return staticValue(known(core.index));
    case 'size':
      return staticValue(known(signedSizeIn(core.size, env.generics)));
    case 'string':
      return staticValue(known(0));
    case 'local':
      return lookup(env, core.local);
    case 'hole':
      return holeValue(env, core.hole);
    case 'param':
      return paramValue(env, core.decl);
    case 'global':
      return globalValue(env, core.decl);
    case 'prim':
      return primitive(env, core);
    case 'call':
      return lowerCall(env, core);
    case 'lift':
      return lowerLiftCall(env, core);
    case 'apply':
      return lowerApply(env, core);
    case 'fnref':
      return lowerFnRef(env, core.fn, core.generics);
    case 'primref':
      return lowerPrimRef(core);
    case 'lambda':
      return lowerLambda(env, core);
    case 'let':
      return lower(env, core);
    case 'if':
      return lowerIf(env, core);
    case 'match':
      return lowerMatch(env, core);
    case 'record':
      return product(core.fields.map((f) => lower(env, f)));
    case 'tuple':
      return product(core.items.map((item) => lower(env, item)));
    case 'field':
    case 'item':
      return part(lower(env, core.of), core.index);
    case 'weight':
      return indexed(lower(env, core.of), known(core.index));
    case 'array':
      return array(env, core);
    case 'comprehension':
      return lowerComprehension(env, core);
    case 'index':
      return element(env, core);
    case 'slice':
      return slice(env, core);
    case 'fold':
      return lowerFold(env, core);
    case 'iterate':
      return lowerIterate(env, core);
    case 'coerce':
      return coerce(
        here(env, core),
        core.how,
        { value: lower(env, core.value), type: typeIn(env, core.value.type) },
        typeIn(env, core.type),
      );
    case 'load':
      return loadTensor(here(env, core), core);
    case 'op':
      return lowerOperation(env, core);
    case 'alarm':
      return lowerAlarm(env, core);
    case 'error':
      throw new Bug('a term with an error came to lowering');
    default:
      return core satisfies never;
  }
}

/** The value of a let, called by its name where the text gives it one. */
function bound(env: Env, local: Local, value: Value): Value {
  return textOf(local.at) === local.name ? named(local.name, { value, type: typeIn(env, local.type) }) : value;
}

function part(value: Value, index: number): Value {
  if (value.kind !== 'product') throw new Bug(`a part of a ${value.kind}`);
  return must(value.parts[index]);
}

type Named<K extends Core['kind']> = Extract<Core, { kind: K }>;

const typed = (env: Env, core: Core): Typed => ({ value: lower(env, core), type: typeIn(env, core.type) });

function primitive(env: Env, core: Named<'prim'>): Value {
  const [left, right] = core.args;
  if (isConnective(core.prim) && left && right) return shortCircuit(env, core);
  const args = core.args.map((a) => typed(env, a));
  return lowerPrim(here(env, core), { prim: core.prim, args, type: typeIn(env, core.type), logic: core.logic });
}

/** The right side of `&&`, `||` and `==>` is looked at only where a known left side leaves it open. */
function shortCircuit(env: Env, core: Named<'prim'>): Value {
  const left = typed(env, must(core.args[0]));
  const table = asStatic(left.value);
  const open = table && openWhere(env, core.prim, table);
  if (open && soleValue(open) === 0) return staticValue(known(core.prim === 'and' ? 0 : 1));
  const right = typed(open ? whereHolds(env, open) : env, must(core.args[1]));
  return lowerPrim(here(env, core), {
    prim: core.prim,
    args: [left, right],
    type: typeIn(env, core.type),
    logic: core.logic,
  });
}

function openWhere(env: Env, prim: string, left: StaticValue): StaticValue | undefined {
  if (prim === 'and' || prim === 'implies') return left;
  return prim === 'or' ? tabulated(env, [left], (v) => 1 - must(v)) : undefined;
}

function array(env: Env, core: Named<'array'>): Value {
  const type = typeIn(env, core.type);
  const isEmpty = type.kind !== 'array' || core.items.length === 0;
  if (isEmpty || !dataType(here(env, core), type, 'an array')) return someValue(env, type);
  const at = here(env, core);
  const of = type.of;
  const columns = core.items.map((item) => tensorsOf(at, { value: lower(env, item), type: of }));
  const first = must(columns[0]);
  return fromTensors(
    type,
    first.map((t, k) =>
      stack(
        at,
        columns.map((c) => must(c[k])),
        t.shape,
      ),
    ),
  );
}

function element(env: Env, core: Named<'index'>): Value {
  const of = typed(env, core.of);
  const index = typed(env, core.index);
  const at = here(env, core);
  const size = must(peel(of.type).axes[0]);
  const table = asStatic(index.value);
  if (table) return indexed(of.value, inRange(here(env, core.index), table, size));
  const weights = tensorOf(at, index);
  const soft = index.type.kind === 'soft';
  return fromTensors(
    typeIn(env, core.type),
    tensorsOf(at, of).map((t) => lookUp(at, weights, t, soft)),
  );
}

/** The index with places out of range replaced: an error, unless the conditions around exclude them. */
function inRange(env: Env, table: StaticValue, size: number): StaticValue {
  const isOut = (v: number): boolean => v < 0 || v >= size;
  if (!table.values.some(isOut)) return table;
  const wrong = findWrong(table, env.condition, isOut);
  if (wrong)
    report(env, 'index-out-of-range', {
      index: wrong.value,
      size,
      where: wrong.where === '' ? '' : ` when ${wrong.where}`,
    });
  return tabulated(env, [table], (v) => (isOut(must(v)) ? 0 : must(v)));
}

function slice(env: Env, core: Named<'slice'>): Value {
  const of = typed(env, core.of);
  const at = here(env, core);
  const [from, to] = [sizeHere(env, core.from), sizeHere(env, core.to)];
  const type = typeIn(env, core.type);
  return fromTensors(
    type,
    tensorsOf(at, of).map((t) => sliceAxis(at, t, 0, from, to)),
  );
}

function coerce(env: Env, how: CoerceHow, of: Typed, type: Type): Value {
  switch (how) {
    case 'int-to-f32':
    case 'vector-to-cases':
      return of.value;
    case 'case-to-index':
      return of.value;
    case 'bool-to-truth':
    case 'bool-to-f32':
    case 'truth-to-f32':
    case 'case-to-soft':
      return leaf(tensorOf(env, of));
    case 'truth-to-soft':
    case 'bool-to-index':
      return of.value.kind === 'static' ? of.value : leaf(twoWeights(env, tensorOf(env, of)));
    case 'index-to-f32':
      return of.value.kind === 'static' ? of.value : leaf(indexNumber(env, tensorOf(env, of)));
    case 'int-to-index': {
      const table = asStatic(of.value);
      if (!table) throw new Bug('an int that is not known');
      return staticValue(inRange(env, table, casesOf(type).size));
    }
    default:
      return how satisfies never;
  }
}
