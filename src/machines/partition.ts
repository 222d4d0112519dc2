/**
 * A partition of 0 to n - 1 that is refined by marking members: all operations but the first cost what they touch (Valmari and Lehtinen,
 * STACS 2008, section 3).
 */

export class Partition {
  /** The members, class by class. */
  readonly members: Int32Array;
  readonly classOf: Int32Array;
  count = 0;
  readonly #place: Int32Array;
  readonly #first: Int32Array;
  readonly #end: Int32Array;
  readonly #marked: Int32Array;
  readonly #touched: number[] = [];

  /** Members with equal colours (0 to n - 1) are together. */
  constructor(colours: Int32Array) {
    const n = colours.length;
    this.members = Int32Array.from(colours.keys()).sort((a, b) => (colours[a] as number) - (colours[b] as number));
    this.classOf = new Int32Array(n);
    this.#place = new Int32Array(n);
    this.#first = new Int32Array(n);
    this.#end = new Int32Array(n);
    this.#marked = new Int32Array(n);
    for (const [i, m] of this.members.entries()) {
      if (i === 0 || colours[m] !== colours[this.members[i - 1] as number]) this.#first[this.count++] = i;
      this.classOf[m] = this.count - 1;
      this.#place[m] = i;
      this.#end[this.count - 1] = i + 1;
    }
  }

  sizeOf(c: number): number {
    return (this.#end[c] as number) - (this.#first[c] as number);
  }

  membersOf(c: number): Int32Array {
    return this.members.slice(this.#first[c], this.#end[c]);
  }

  mark(m: number): void {
    const c = this.classOf[m] as number;
    const to = (this.#first[c] as number) + (this.#marked[c] as number);
    const from = this.#place[m] as number;
    if (from < to) return;
    if (this.#marked[c] === 0) this.#touched.push(c);
    const other = this.members[to] as number;
    this.members[from] = other;
    this.#place[other] = from;
    this.members[to] = m;
    this.#place[m] = to;
    (this.#marked[c] as number)++;
  }

  /** Marked members leave classes that have others too. Tells of each class that was divided: the old one and the new one. */
  split(divided: (old: number, fresh: number) => void): void {
    for (let c = this.#touched.pop(); c !== undefined; c = this.#touched.pop()) {
      const marked = this.#marked[c] as number;
      this.#marked[c] = 0;
      if (marked === this.sizeOf(c)) continue;
      const fresh = this.count++;
      const first = this.#first[c] as number;
      this.#first[fresh] = first;
      this.#end[fresh] = first + marked;
      this.#first[c] = first + marked;
      for (let i = first; i < first + marked; i++) this.classOf[this.members[i] as number] = fresh;
      divided(c, fresh);
    }
  }
}
