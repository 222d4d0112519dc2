/**
 * Ends of products of tensors, of lookups and of one-hot marks. Products are added in the reference's own order, from its own plan:
 * Note [Summation order] in ops/reference.
 */
import { must } from '../../../text/result.ts';
import { type EinsumPlan, eachResult, einsumPlan } from '../../reference/contract.ts';
import { offsetsAlong } from '../../reference/offsets.ts';
import { LANES, largest, tree } from '../../reference/reduce.ts';
import { type EndsRule, type FloatEnds, readEnds, writeEnds } from './ends.ts';

/** Sets the ends of a product of x in [a, b] and y in [c, d], rounded to float32. */
function setProduct(term: Float32Array, x: FloatEnds, i: number, y: FloatEnds, j: number): void {
  const [a, b, c, d] = [x.lo[i] as number, x.hi[i] as number, y.lo[j] as number, y.hi[j] as number];
  if (c === d) {
    term[0] = (c >= 0 ? a : b) * c;
    term[1] = (c >= 0 ? b : a) * c;
  } else if (a === b) {
    term[0] = (a >= 0 ? c : d) * a;
    term[1] = (a >= 0 ? d : c) * a;
  } else {
    const [p, q, r, s] = [a * c, a * d, b * c, b * d];
    term[0] = Math.min(p, q, r, s);
    term[1] = Math.max(p, q, r, s);
  }
}

interface Tensors {
  readonly out: FloatEnds;
  readonly lhs: FloatEnds;
  readonly rhs: FloatEnds;
}

/** Calls with the ends of every product of one result, in order. */
function eachProduct(
  p: EinsumPlan,
  { lhs, rhs }: Tensors,
  [l, r]: readonly [number, number],
  f: (k: number, term: Float32Array) => void,
): void {
  for (let k = 0; k < p.sumLhs.length; k++) {
    const i = l + (p.sumLhs[k] as number);
    const j = r + (p.sumRhs[k] as number);
    setProduct(scratch, lhs, i, rhs, j);
    f(k, scratch);
  }
}

const scratch = new Float32Array(2);

function inSequence(p: EinsumPlan, tensors: Tensors): void {
  eachResult(p, (o, l, r) => {
    let [lo, hi] = [0, 0];
    eachProduct(p, tensors, [l, r], (k, term) => {
      lo = k === 0 ? (term[0] as number) : Math.fround(lo + (term[0] as number));
      hi = k === 0 ? (term[1] as number) : Math.fround(hi + (term[1] as number));
    });
    tensors.out.lo[o] = lo;
    tensors.out.hi[o] = hi;
  });
}

function inLanes(p: EinsumPlan, tensors: Tensors): void {
  const [lo, hi] = [new Float32Array(LANES), new Float32Array(LANES)];
  eachResult(p, (o, l, r) => {
    lo.fill(0);
    hi.fill(0);
    eachProduct(p, tensors, [l, r], (k, term) => {
      lo[k % LANES] = (lo[k % LANES] as number) + (term[0] as number);
      hi[k % LANES] = (hi[k % LANES] as number) + (term[1] as number);
    });
    tensors.out.lo[o] = tree(lo);
    tensors.out.hi[o] = tree(hi);
  });
}

/**
 * Calls with those k whose x[from + along[k]] may be the first largest. Let m be the first largest of the lower ends: a place before it need
 * only reach it, one after it must exceed it.
 */
function eachContender({ lo, hi }: FloatEnds, from: number, along: Int32Array, f: (k: number) => void): void {
  const first = largest(lo, from, along);
  const bar = lo[from + first] as number;
  let before = true;
  for (let k = 0; k < along.length; k++) {
    const at = along[k] as number;
    const top = hi[from + at] as number;
    if (at === first || top > bar || (before && top === bar)) f(k);
    if (at === first) before = false;
  }
}

/** The hull of the factors of rhs that may be picked. */
function picks(p: EinsumPlan, { out, lhs, rhs }: Tensors): void {
  eachResult(p, (o, l, r) => {
    let [lo, hi] = [Infinity, -Infinity];
    eachContender(lhs, l, p.sumLhs, (k) => {
      const j = r + (p.sumRhs[k] as number);
      lo = Math.min(lo, rhs.lo[j] as number);
      hi = Math.max(hi, rhs.hi[j] as number);
    });
    out.lo[o] = lo;
    out.hi[o] = hi;
  });
}

const ORDERS = { sequential: inSequence, lanes: inLanes, pick: picks } as const;

export const einsumEnds: EndsRule<'einsum'> = (node, c) => {
  const [x, y] = [must(node.inputs[0]), must(node.inputs[1])];
  const plan = einsumPlan(node.attrs, c.shapeOf(x), c.shapeOf(y));
  const result = must(node.results[0]);
  const out: FloatEnds = { lo: c.buffer(result), hi: c.buffer(result) };
  const work = ORDERS[node.attrs.order];
  return (slots) => {
    work(plan, { out, lhs: readEnds(slots, x), rhs: readEnds(slots, y) });
    writeEnds(slots, result, out);
    return true;
  };
};

/** 1 where an element may be the first largest; for certain where no other may. */
export const argmaxEnds: EndsRule<'argmax'> = (node, c) => {
  const [x, result] = [must(node.inputs[0]), must(node.results[0])];
  const shape = c.shapeOf(x);
  const kept = shape.map((_, i) => i).filter((i) => i !== node.attrs.axis);
  const [base, along] = [offsetsAlong(shape, kept), offsetsAlong(shape, [node.attrs.axis])];
  const out: FloatEnds = { lo: c.buffer(result), hi: c.buffer(result) };
  return (slots) => {
    out.lo.fill(0);
    out.hi.fill(0);
    for (const from of base) {
      let [count, last] = [0, 0];
      eachContender(readEnds(slots, x), from, along, (k) => {
        count++;
        last = from + (along[k] as number);
        out.hi[last] = 1;
      });
      if (count === 1) out.lo[last] = 1;
    }
    writeEnds(slots, result, out);
    return true;
  };
};
