/**
 * Drafts to steps: views become addresses over loops, tensors become buffers, and every mention of a tensor is noted with its time,
 * from which the memory plan follows.
 */
import type { Access, Affine, Buffer, Epilogue, Step, Store } from '../../kernel/nest.ts';
import { must } from '../../text/result.ts';
import type {
  Draft,
  Group,
  LoopDraft,
  MapDraft,
  ProductDraft,
  ReduceDraft,
  ScatterDraft,
  Scope,
  WhileDraft,
} from './draft.ts';
import { type Life, place } from './memory.ts';
import { type Cuts, joinLoops, loopsOf, walkOf } from './space.ts';
import type { Axis, Tensor, View } from './view.ts';

const PERSISTENT: ReadonlySet<string> = new Set(['input', 'param', 'state', 'constant', 'table']);

/** An access before loops are joined. */
interface Walked {
  readonly view: View;
  readonly strides: readonly number[];
  readonly gathers: readonly { readonly offsets: readonly number[]; readonly strides: readonly number[] }[];
}

/** Stores in terms of walks. */
interface Pending {
  readonly to: Walked;
  readonly value: Store['value'];
}

export class Emitter {
  private readonly ids = new Map<Tensor, number>();
  private readonly tables = new Map<string, Tensor>();
  private readonly tableData = new Map<Tensor, Int32Array>();
  private readonly mentions = new Map<Tensor, { readonly at: number; readonly scope: Scope }[]>();
  private readonly ranges = new Map<Scope, readonly [number, number]>();
  private readonly root: Scope;
  private now = 0;
  private scope: Scope;

  constructor(root: Scope) {
    this.root = root;
    this.scope = root;
  }

  /** The buffer of a tensor, mentioned now. */
  idOf(tensor: Tensor): number {
    const known = this.ids.get(tensor);
    const id = known ?? this.ids.size;
    if (known === undefined) {
      this.ids.set(tensor, id);
      this.mentions.set(tensor, []);
    }
    must(this.mentions.get(tensor)).push({ at: this.now, scope: this.scope });
    return id;
  }

  steps(scope: Scope): Step[] {
    const outside = this.scope;
    this.scope = scope;
    const steps = scope.steps.flatMap((draft) => {
      this.now++;
      return this.step(draft);
    });
    this.scope = outside;
    return steps;
  }

  private step(draft: Draft): Step[] {
    switch (draft.kind) {
      case 'map':
        return this.map(draft);
      case 'reduce':
        return this.reduce(draft);
      case 'contract':
      case 'pick':
        return this.product(draft);
      case 'argmax': {
        const [loops, reduced] = [draft.loops, draft.reduced];
        const [from, to] = [byAxes(draft.from), byAxes(draft.to)];
        const joined = new Joined(this, [...loops, ...reduced], loops.length, [from, to]);
        return [{ kind: 'argmax', ...joined.extents, from: joined.access(from), to: joined.access(to) }];
      }
      case 'scatter':
        return [this.scatter(draft)];
      case 'loop':
        return [this.loop(draft)];
      case 'while':
        return [this.while(draft)];
      default:
        return draft satisfies never;
    }
  }

  private map({ group }: MapDraft): Step[] {
    const stores = storesOf(group, group.cuts);
    if (stores.length === 0) return [];
    const loads = group.loads.map((view) => byCuts(view, group.cuts));
    const loops = loopsOf(group.cuts);
    const joined = new Joined(this, loops, loops.length, [...loads, ...stores.map((s) => s.to)]);
    return [
      {
        kind: 'map',
        loops: joined.extents.loops,
        loads: loads.map((l) => joined.access(l)),
        stores: stores.map(({ to, value }) => ({ to: joined.access(to), value })),
      },
    ];
  }

  private reduce(draft: ReduceDraft): Step[] {
    const { shape, kept, terms, group } = draft;
    const order = turned(shape, kept, terms.cuts);
    const all = loopsOf(terms.cuts);
    const loads = terms.loads.map((view) => byCuts(view, terms.cuts)).map((walk) => permuted(walk, order.all));
    const finish = epilogueOf(group, order.all.length);
    if (finish.stores.length === 0) return [];
    const extents = order.all.map((d) => must(all[d]));
    const joined = new Joined(this, extents, order.kept, [...loads, ...finish.walks]);
    return [
      {
        kind: 'reduce',
        ...joined.extents,
        combine: draft.combine,
        loads: loads.map((l) => joined.access(l)),
        term: draft.term,
        epilogue: joined.epilogue(finish),
      },
    ];
  }

  private product(draft: ProductDraft): Step[] {
    const [loops, reduced] = [draft.loops.filter((n) => n !== 1), draft.reduced.filter((n) => n !== 1)];
    const finish = epilogueOf(draft.group, loops.length + reduced.length);
    if (finish.stores.length === 0) return [];
    const [lhs, rhs] = [byAxes(withoutOnes(draft.lhs)), byAxes(withoutOnes(draft.rhs))];
    const joined = new Joined(this, [...loops, ...reduced], loops.length, [lhs, rhs, ...finish.walks]);
    const factors = { ...joined.extents, lhs: joined.access(lhs), rhs: joined.access(rhs) };
    const epilogue = joined.epilogue(finish);
    return [
      draft.kind === 'pick'
        ? { kind: 'pick', ...factors, epilogue }
        : { kind: 'contract', combine: draft.combine, ...factors, epilogue },
    ];
  }

  private scatter({ from, to, along }: ScatterDraft): Step {
    const loops = from.axes.map((a) => a.size);
    return { kind: 'scatter', loops, along, from: this.access(byAxes(from)), to: this.access(byAxes(to)) };
  }

  private loop({ variable, count, reverse, carried, body }: LoopDraft): Step {
    const start = this.now;
    const ids = carried.map((t) => this.idOf(t));
    const steps = this.steps(body);
    this.ranges.set(body, [start, ++this.now]);
    return { kind: 'loop', variable, count, reverse, carried: ids, body: steps };
  }

  private while(draft: WhileDraft): Step {
    const start = this.now;
    const carried = draft.carried.map((t) => this.idOf(t));
    const cond = this.steps(draft.cond);
    const outside = this.scope;
    this.scope = draft.cond;
    const test = this.access(byAxes(draft.test));
    this.scope = outside;
    const body = this.steps(draft.body);
    const range = [start, ++this.now] as const;
    this.ranges.set(draft.cond, range);
    this.ranges.set(draft.body, range);
    return { kind: 'while', max: draft.max, carried, cond, test, body };
  }

  // --- addresses -------------------------------------------------------------------------------------

  access({ view, strides, gathers }: Walked): Access {
    const { base, tensor, outer } = view;
    return {
      buffer: this.idOf(tensor),
      base,
      strides,
      outer,
      gathers: gathers.map((g): Affine & { table: number } => ({
        table: this.tableOf(g.offsets),
        base: 0,
        strides: g.strides,
      })),
    };
  }

  private tableOf(offsets: readonly number[]): number {
    const key = offsets.join();
    const known = this.tables.get(key);
    const table = known ?? {
      role: 'table' as const,
      name: `t${this.tables.size}t`,
      length: offsets.length,
      scope: this.root,
    };
    this.tables.set(key, table);
    this.tableData.set(table, Int32Array.from(offsets));
    return this.idOf(table);
  }

  // --- memory ----------------------------------------------------------------------------------------

  /** All buffers with their places. */
  buffers(): { readonly buffers: Buffer[]; readonly arena: number; readonly peak: number } {
    const tensors = [...this.ids.keys()];
    const { offsets, arena, peak } = place(tensors.map((t) => this.lifeOf(t)));
    const buffers = tensors.map((t, i): Buffer => {
      const data = t.data ?? this.tableData.get(t);
      return { role: t.role, name: t.name, offset: must(offsets[i]), length: t.length, ...(data && { data }) };
    });
    return { buffers, arena, peak };
  }

  private lifeOf(tensor: Tensor): Life {
    const { length, role } = tensor;
    if (PERSISTENT.has(role)) return { length, first: -1, last: this.now + 1 };
    let [first, last] = [this.now, 0];
    for (const mention of must(this.mentions.get(tensor))) {
      const [from, to] = this.rangeOf(mention, tensor.scope);
      first = Math.min(first, from);
      last = Math.max(last, to);
    }
    return { length, first, last: role === 'output' ? this.now + 1 : last };
  }

  /** A mention within a loop around which the tensor lasts counts for the whole loop. */
  private rangeOf(
    { at, scope }: { readonly at: number; readonly scope: Scope },
    home: Scope,
  ): readonly [number, number] {
    let inner = scope;
    let range: readonly [number, number] = [at, at];
    while (inner !== home) {
      range = must(this.ranges.get(inner));
      inner = must(inner.parent, 'a tensor is used outside its scope');
    }
    return range;
  }
}

// --- walks -------------------------------------------------------------------------------------------

const byCuts = (view: View, cuts: Cuts): Walked => ({ view, ...walkOf(view.axes, cuts) });

const withoutOnes = (view: View): View => ({ ...view, axes: view.axes.filter((a) => a.size !== 1) });

/** One loop per axis. */
function byAxes(view: View): Walked {
  const unit = (d: number): number[] => view.axes.map((_, i) => (i === d ? 1 : 0));
  return {
    view,
    strides: view.axes.map((a: Axis) => (a.offsets ? 0 : a.stride)),
    gathers: view.axes.flatMap((a, d) => (a.offsets ? [{ offsets: a.offsets, strides: unit(d) }] : [])),
  };
}

const permuted = (walk: Walked, order: readonly number[]): Walked => {
  const turn = (strides: readonly number[]): number[] => order.map((d) => must(strides[d]));
  return {
    view: walk.view,
    strides: turn(walk.strides),
    gathers: walk.gathers.map((g) => ({ offsets: g.offsets, strides: turn(g.strides) })),
  };
};

const padded = (walk: Walked, length: number): Walked => {
  const more = (strides: readonly number[]): number[] => Array.from({ length }, (_, d) => strides[d] ?? 0);
  return {
    view: walk.view,
    strides: more(walk.strides),
    gathers: walk.gathers.map((g) => ({ offsets: g.offsets, strides: more(g.strides) })),
  };
};

const storesOf = (group: Group, cuts: Cuts): Pending[] =>
  group.members.flatMap(({ place: at, copies, value }) =>
    [...(at ? [at] : []), ...copies].map((view) => ({ to: byCuts(view, cuts), value })),
  );

interface Finish {
  readonly loads: readonly Walked[];
  readonly stores: readonly Pending[];
  readonly walks: readonly Walked[];
}

/** What a sum or product does with its results, over as many loops as its terms have. */
function epilogueOf(group: Group, length: number): Finish {
  const loads = group.loads.map((view) => padded(byCuts(view, group.cuts), length));
  const stores = storesOf(group, group.cuts).map((s) => ({ ...s, to: padded(s.to, length) }));
  return { loads, stores, walks: [...loads, ...stores.map((s) => s.to)] };
}

/** The loops of a walk over `shape`, those of kept axes first. */
function turned(shape: readonly number[], kept: readonly number[], cuts: Cuts): { all: number[]; kept: number } {
  const isKept: boolean[] = [];
  let low = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const high = low * must(shape[axis]);
    for (const cut of cuts) if (cut > low && cut <= high) isKept.unshift(kept.includes(axis));
    low = high;
  }
  const loops = isKept.map((_, d) => d);
  const first = loops.filter((d) => isKept[d]);
  return { all: [...first, ...loops.filter((d) => !isKept[d])], kept: first.length };
}

/** Loops after neighbours were joined, and accesses over them. */
class Joined {
  readonly extents: { readonly loops: number[]; readonly reduced: number[] };
  private readonly emitter: Emitter;
  private readonly groups: number[][];

  constructor(emitter: Emitter, extents: readonly number[], border: number, walks: readonly Walked[]) {
    this.emitter = emitter;
    const rows = walks.flatMap((w) => [w.strides, ...w.gathers.map((g) => g.strides)]);
    this.groups = joinLoops(extents, rows, border);
    const sizes = (groups: readonly number[][]): number[] =>
      groups.map((g) => g.reduce((n, d) => n * must(extents[d]), 1));
    this.extents = {
      loops: sizes(this.groups.filter((g) => must(g[0]) < border)),
      reduced: sizes(this.groups.filter((g) => must(g[0]) >= border)),
    };
  }

  access(walk: Walked, loops = this.groups.length): Access {
    const innermost = (strides: readonly number[]): number[] =>
      this.groups.slice(0, loops).map((g) => must(strides[must(g.at(-1))]));
    return this.emitter.access({
      view: walk.view,
      strides: innermost(walk.strides),
      gathers: walk.gathers.map((g) => ({ offsets: g.offsets, strides: innermost(g.strides) })),
    });
  }

  epilogue({ loads, stores }: Finish): Epilogue {
    const loops = this.extents.loops.length;
    return {
      loads: loads.map((l) => this.access(l, loops)),
      stores: stores.map(({ to, value }) => ({ to: this.access(to, loops), value })),
    };
  }
}
