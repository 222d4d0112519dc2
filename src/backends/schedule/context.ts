/**
 * What is known while one graph is scheduled, and how values are joined to groups, stored and read. A value is a view, a member
 * of a group (computed there, stored when somebody asks), or an elementwise op put off to those who read it (`put-off.ts`).
 */
import type { Graph, ValueId } from '../../ir/graph.ts';
import { sizeOf } from '../../ir/graph.ts';
import type { OpAttrs, OpName, Shape } from '../../ir/vocabulary.ts';
import type { Expr } from '../../kernel/expr.ts';
import type { Role } from '../../kernel/nest.ts';
import { OPS } from '../../ops/index.ts';
import { must } from '../../text/result.ts';
import { cutFor, type Draft, fits, type Group, keyOf, loadOf, type Member, pushMap, Scope } from './draft.ts';
import { mergeInto } from './merge.ts';
import { putOff } from './put-off.ts';
import type { Surroundings } from './turned.ts';
import { reshaped, shapeOfView, type Tensor, type View, whole } from './view.ts';

/** A member under a shape of the same size. */
export interface Lazy {
  readonly kind: 'lazy';
  readonly member: Member;
  readonly shape: Shape;
}

export interface Deferred {
  readonly kind: 'deferred';
  readonly op: OpName;
  readonly attrs: OpAttrs[OpName];
  readonly operands: readonly Value[];
  readonly shape: Shape;
}

export type Value = (View & { readonly kind?: undefined }) | Lazy | Deferred;

/** What all graphs of one plan share. */
export class Names {
  readonly root = new Scope();
  private tensors = 0;
  private variables = 0;

  variable(): number {
    return this.variables++;
  }

  tensor(role: Role, length: number, scope: Scope, data?: Float32Array): Tensor {
    const name = `${role[0]}${this.tensors++}`;
    return { role, name, length, scope, ...(data && { data }) };
  }
}

/** One graph: the plan's own or a body. */
export class Context {
  readonly names: Names;
  readonly scope: Scope;
  readonly graph: Graph;
  readonly values: (Value | undefined)[] = [];
  /** Where a value would best be stored. */
  readonly wanted = new Map<ValueId, View>();
  /** Of a body: the loop that it is in. */
  readonly around: Surroundings | undefined;
  private readonly put: ReadonlySet<ValueId>;
  /** Values that were put off and computed in the end. */
  private readonly computed = new Map<Deferred, Lazy>();

  constructor(names: Names, scope: Scope, graph: Graph, around?: Surroundings) {
    this.around = around;
    this.names = names;
    this.scope = scope;
    this.graph = graph;
    this.put = putOff(graph);
  }

  shapeOf(v: ValueId): Shape {
    return must(this.graph.types[v]).shape;
  }

  value(v: ValueId): Value {
    return must(this.values[v], () => `value ${v} is read before it is scheduled`);
  }

  /** Whether an elementwise value is left to those who read it. */
  isPutOff(v: ValueId): boolean {
    return this.put.has(v);
  }

  temporary(length: number): Tensor {
    return this.names.tensor('temporary', length, this.scope);
  }

  /** Where a step that fills a whole value may store it. */
  target(v: ValueId): View {
    return this.wanted.get(v) ?? this.fresh(this.shapeOf(v));
  }

  fresh(shape: Shape): View {
    return whole(this.temporary(sizeOf(shape)), shape);
  }

  // --- reading ---------------------------------------------------------------------------------------

  /** A view of a value; a member is stored. */
  read(value: Value): View {
    if (value.kind === undefined) return value;
    if (value.kind === 'deferred') return this.read(this.settle(value));
    const { member, shape } = value;
    const view = reshaped(this.store(member, shape), shape);
    return view ?? this.copied(must(member.place), shape);
  }

  readValue(v: ValueId): View {
    return this.read(this.value(v));
  }

  /** A view of a value under another shape, copied where strides cannot say it. */
  reshape(view: View, shape: Shape): View {
    return reshaped(view, shape) ?? this.copied(view, shape);
  }

  /** A row-major copy under a shape of the same size. */
  copied(view: View, shape: Shape): View {
    const to = this.fresh(shape);
    this.copy(view, to);
    return to;
  }

  private store(member: Member, shape: Shape): View {
    const { wanted, group } = member;
    if (!member.place && wanted && fits(group, [wanted])) this.place(member, wanted);
    if (!member.place)
      this.place(member, whole(this.names.tensor('temporary', sizeOf(shape), group.step.scope), shape));
    return must(member.place);
  }

  private place(member: Member, view: View): void {
    cutFor(member.group, view);
    member.place = view;
    wrote(view.tensor, member.group.step);
  }

  // --- writing ---------------------------------------------------------------------------------------

  /** A step of its own that copies; both views have the same size and cuts that fit. */
  copy(from: View, to: View): void {
    addCopy(pushMap(this.scope, sizeOf(shapeOfView(to))).group, from, to);
  }

  /** Stores a value at a place that nobody has read yet. `mutable`: the place changes later, so the value is not read from there. */
  deliver(value: Value, to: View, mutable = false): void {
    const settled = value.kind === 'deferred' ? this.settle(value) : value;
    if (settled.kind === 'lazy' && settled.member.group.step.scope === this.scope && fits(settled.member.group, [to])) {
      const { member } = settled;
      if (member.place && keyOf(member.place) === keyOf(to)) return;
      if (!member.place && !mutable) this.place(member, to);
      else {
        cutFor(member.group, to);
        member.copies.push(to);
        wrote(to.tensor, member.group.step);
      }
    } else {
      const view = this.read(settled);
      if (keyOf(view) !== keyOf(to)) this.copyAlong(view, to);
    }
  }

  /** A copy by a map that reads the view anyway, else by a step of its own. */
  private copyAlong(from: View, to: View): void {
    const ready = this.readyAt(from);
    const key = keyOf(from);
    for (let at = this.scope.steps.length - 1; at > ready; at--) {
      const step = must(this.scope.steps[at]);
      if (step.kind !== 'map' || !step.group.known.has(key) || pointsOf(step.group) !== sizeOf(shapeOfView(to)))
        continue;
      if (!fits(step.group, [to])) continue;
      addCopy(step.group, from, to);
      return;
    }
    this.copy(from, to);
  }

  // --- elementwise -----------------------------------------------------------------------------------

  private settle(value: Deferred): Lazy {
    const known = this.computed.get(value);
    if (known) return known;
    const made = this.elementwise(value.op, value.attrs, value.operands, value.shape);
    this.computed.set(value, made);
    return made;
  }

  /** What needs a copy is copied now, for a group stands before steps that come later. */
  private settled(x: Value): Value {
    if (x.kind === 'deferred') return { ...x, operands: x.operands.map((o) => this.settled(o)) };
    const moves = x.kind === 'lazy' && x.member.place && !reshaped(x.member.place, x.shape);
    return moves ? this.read(x) : x;
  }

  /** Joins an elementwise op to a group that may hold it, or begins one. */
  elementwise(op: OpName, attrs: OpAttrs[OpName], given: readonly Value[], shape: Shape, wanted?: View): Lazy {
    const operands = given.map((x) => this.settled(x));
    const group = this.groupFor(operands, sizeOf(shape)) ?? pushMap(this.scope, sizeOf(shape)).group;
    const value = this.express({ kind: 'deferred', op, attrs, operands, shape }, group);
    const member: Member = { group, value, copies: [], wanted };
    group.members.push(member);
    return { kind: 'lazy', member, shape };
  }

  /** The kernel of a value in a group: its own members are at hand, what was put off is computed here, all else loaded (as `moved`). */
  express(value: Value, group: Group, moved: (view: View) => View = (view) => view): Expr {
    if (value.kind === 'lazy' && value.member.group === group) return value.member.value;
    if (value.kind !== 'deferred') return loadOf(group, moved(this.read(value)));
    const args = value.operands.map((x) => this.express(x, group, moved));
    return apply(value.op, value.attrs, group, args);
  }

  /** The views that a group would read for a value. */
  viewsOf(value: Value): View[] {
    return leavesOf(value).map((x) => this.read(x));
  }

  /** The latest group that holds an operand and comes after all others; else one that reads the same. */
  private groupFor(operands: readonly Value[], size: number): Group | undefined {
    const leaves = operands.flatMap(leavesOf);
    this.mergeGroups(leaves);
    for (const group of this.groupsIn(leaves))
      if (pointsOf(group) === size && this.canJoin(group, leaves)) return group;
    const views = leaves.flatMap((x) => (x.kind === undefined ? [keyOf(x)] : []));
    const { steps } = this.scope;
    for (let at = steps.length - 1; at >= Math.max(0, steps.length - RECENT); at--) {
      const step = must(steps[at]);
      if (step.kind !== 'map' || pointsOf(step.group) !== size || !views.some((key) => step.group.known.has(key)))
        continue;
      if (this.canJoin(step.group, leaves)) return step.group;
    }
    return undefined;
  }

  /** The groups of this scope that operands are members of, the latest first. */
  private groupsIn(operands: readonly Leaf[]): Group[] {
    const own = new Set(operands.flatMap((x) => (x.kind === 'lazy' ? [x.member.group] : [])));
    return [...own].filter((g) => g.step.scope === this.scope).sort((a, b) => b.step.at - a.step.at);
  }

  /** Members of several maps that meet in one op are computed in one map. */
  private mergeGroups(operands: readonly Leaf[]): void {
    const maps = this.groupsIn(operands).filter((g) => g.step.kind === 'map');
    const [late, ...early] = maps;
    for (const group of early) if (late && mayMerge(late, group)) mergeInto(late, group);
  }

  private canJoin(group: Group, operands: readonly Leaf[]): boolean {
    if (group.members.length >= LARGEST_GROUP) return false;
    const views: View[] = [];
    for (const x of operands) {
      if (x.kind === 'lazy' && x.member.group === group) continue;
      if (this.readyAt(x) >= group.step.at) return false;
      if (x.kind === undefined) views.push(x);
      else if (x.member.place) views.push(x.member.place);
    }
    return fits(group, views);
  }

  /** The place in this scope after which a value can be read. */
  private readyAt(value: Leaf): number {
    const step = value.kind === undefined ? value.tensor.writer : value.member.group.step;
    return step && step.scope === this.scope ? step.at : -1;
  }
}

/** A value that is there: what is put off is made from such. */
type Leaf = Exclude<Value, Deferred>;

const leavesOf = (value: Value): Leaf[] => (value.kind === 'deferred' ? value.operands.flatMap(leavesOf) : [value]);

/** How far back a group is looked for that reads the same. */
const RECENT = 6;

/** Members of one map: kernels are walked by recursion, and longer ones run no faster. */
const LARGEST_GROUP = 64;

const mayMerge = (a: Group, b: Group): boolean =>
  pointsOf(a) === pointsOf(b) && a.members.length + b.members.length <= LARGEST_GROUP;

const pointsOf = (group: Group): number => must(group.cuts.at(-1));

export const shapeOf = (value: Value): Shape =>
  value.kind === undefined ? value.axes.map((a) => a.size) : value.shape;

function apply(op: OpName, attrs: OpAttrs[OpName], group: Group, args: readonly Expr[]): Expr {
  const scalar = must(OPS[op].scalar, () => `${op} has no kernel`) as (
    k: Group['kernel'],
    args: readonly Expr[],
    attrs: OpAttrs[OpName],
  ) => Expr;
  return scalar(group.kernel, args, attrs);
}

export function wrote(tensor: Tensor, step: Draft): void {
  const { writer } = tensor;
  if (!writer || writer.scope !== step.scope || writer.at < step.at) tensor.writer = step;
}

function addCopy(group: Group, from: View, to: View): void {
  const value = loadOf(group, from);
  group.members.push({ group, value, place: to, copies: [] });
  cutFor(group, to);
  wrote(to.tensor, group.step);
}
