/**
 * Creation: constant arrays, and the random ones of a param's initialiser. Random numbers are drawn by counter from the program's
 * seed and a stream that depends on the param's name alone, so the same text always starts from the same bits.
 */
import { sizeOf } from '../../ir/graph.ts';
import type { Shape } from '../../ir/vocabulary.ts';
import { Bug, must } from '../../text/result.ts';
import { addCarry, constTensor, mapInto, newBody, scalar, type Tensor } from '../bodies.ts';
import { type Env, emit } from '../environment.ts';
import { closeScan } from '../scans.ts';
import { add, axesFrom, div, mul, reshape, scale, spread, sub, sumOver, transpose, unary, zeros } from '../tensors.ts';
import { matmul, outer } from './arrays.ts';

export type CreationPrim =
  | 'init.normal'
  | 'init.uniform'
  | 'init.zeros'
  | 'init.ones'
  | 'init.full'
  | 'init.eye'
  | 'init.glorot'
  | 'init.he'
  | 'init.orthogonal';

export const isCreation = (prim: string): prim is CreationPrim => prim.startsWith('init.');

/** FNV-1a over the UTF-16 code units: a stream number that depends on the text alone. */
export function streamOf(name: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

function random(env: Env, shape: Shape, kind: 'normal' | 'uniform'): Tensor {
  const own = env.build.initialiser;
  if (!own) throw new Bug('random numbers outside of an initialiser');
  const stream = streamOf(`${own.name}#${own.drawn++}`);
  return emit(env, 'random', [], { shape, kind, seed: env.build.world.seed, stream });
}

export function create(env: Env, prim: CreationPrim, shape: Shape, args: readonly Tensor[]): Tensor {
  const [first = scalar(1), second = scalar(1)] = args;
  switch (prim) {
    case 'init.zeros':
      return zeros(shape);
    case 'init.ones':
      return spread(env, scalar(1), shape, []);
    case 'init.full':
      return spread(env, first, shape, []);
    case 'init.eye':
      return eye(shape);
    case 'init.normal':
      return mul(env, random(env, shape, 'normal'), first);
    case 'init.uniform':
      return add(env, mul(env, random(env, shape, 'uniform'), sub(env, second, first)), first);
    case 'init.glorot':
      return glorot(env, shape);
    case 'init.he':
      return scale(env, random(env, shape, 'normal'), root(2 / fans(shape).into));
    case 'init.orthogonal':
      return orthogonal(env, shape);
    default:
      return prim satisfies never;
  }
}

function eye(shape: Shape): Tensor {
  const data = new Float32Array(sizeOf(shape));
  const columns = shape[1] ?? 1;
  for (let i = 0; i < Math.min(shape[0] ?? 1, columns); i++) data[i * columns + i] = 1;
  return constTensor(shape, data);
}

const root = (x: number): number => Math.fround(Math.sqrt(x));

/** Numbers that come in and go out per unit: a weight is [out, in], more axes count as in. */
function fans(shape: Shape): { readonly into: number; readonly out: number } {
  const out = Math.max(1, shape[0] ?? 1);
  return { into: shape.length < 2 ? out : Math.max(1, sizeOf(shape.slice(1))), out };
}

/** Uniform on ±√(6 / (in + out)) (Glorot and Bengio 2010, equation 16). */
function glorot(env: Env, shape: Shape): Tensor {
  const { into, out } = fans(shape);
  const limit = root(6 / (into + out));
  const unit = sub(env, scale(env, random(env, shape, 'uniform'), 2), scalar(1));
  return scale(env, unit, limit);
}

/**
 * Orthonormal rows (columns when there are more rows): each normal row less its projections on those before, twice, then scaled
 * to length 1 (Gram-Schmidt with reorthogonalisation). The state holds the rows so far, zero where there is none yet.
 */
function orthogonal(env: Env, shape: Shape): Tensor {
  const rows = shape[0] ?? 1;
  const columns = sizeOf(shape) / Math.max(1, rows);
  const [m, n] = rows <= columns ? [rows, columns] : [columns, rows];
  if (m === 0) return zeros(shape);
  const draws = random(env, [m, n], 'normal');
  const body = newBody(env.body);
  const inner = { ...env, body };
  const init = zeros([m, n]);
  const state = addCarry(body, init);
  const once = lessProjections(inner, mapInto(body, draws), state);
  const row = lessProjections(inner, once, state);
  const length = unary(inner, 'sqrt', sumOver(inner, mul(inner, row, row), [0], 'lanes'));
  const next = add(inner, state, outer(inner, mapInto(body, eye([m, m])), div(inner, row, length)));
  const basis = must(closeScan(env, body, { length: m, carries: [{ init, next }], stacked: [] }).last[0]);
  return reshape(env, rows <= columns ? basis : transpose(env, basis, [1, 0]), shape);
}

/** row - Qᵀ(Q row). */
const lessProjections = (env: Env, row: Tensor, q: Tensor): Tensor =>
  sub(env, row, matmul(env, transpose(env, q, axesFrom(0, 2).reverse()), matmul(env, q, row)));
