/** A queue of whole numbers by priority, the highest first, of equals the smallest number: a binary heap. */

export class Queue {
  private readonly items: number[] = [];
  private readonly keys: number[] = [];

  get length(): number {
    return this.items.length;
  }

  push(item: number, key: number): void {
    let at = this.items.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!isBefore(key, item, this.keys[above] as number, this.items[above] as number)) break;
      this.put(at, this.items[above] as number, this.keys[above] as number);
      at = above;
    }
    this.put(at, item, key);
  }

  /** The first, taken out, with its priority. */
  pop(): readonly [item: number, key: number] | undefined {
    const [item, key] = [this.items[0], this.keys[0]];
    const [lastItem, lastKey] = [this.items.pop(), this.keys.pop()];
    if (item === undefined || key === undefined) return undefined;
    if (this.items.length > 0) this.sink(lastItem as number, lastKey as number);
    return [item, key];
  }

  private sink(item: number, key: number): void {
    let at = 0;
    for (;;) {
      const below = this.firstBelow(at);
      if (below === undefined) break;
      const [i, k] = [this.items[below] as number, this.keys[below] as number];
      if (isBefore(key, item, k, i)) break;
      this.put(at, i, k);
      at = below;
    }
    this.put(at, item, key);
  }

  private firstBelow(at: number): number | undefined {
    const [left, right] = [2 * at + 1, 2 * at + 2];
    if (left >= this.items.length) return undefined;
    if (right >= this.items.length) return left;
    const [i, j] = [this.items[left] as number, this.items[right] as number];
    return isBefore(this.keys[right] as number, j, this.keys[left] as number, i) ? right : left;
  }

  private put(at: number, item: number, key: number): void {
    this.items[at] = item;
    this.keys[at] = key;
  }
}

const isBefore = (key: number, item: number, otherKey: number, other: number): boolean =>
  key > otherKey || (key === otherKey && item < other);
