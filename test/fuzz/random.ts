/** A small seeded generator for tests: the seed reproduces a program or a graph exactly. */
export interface Random {
  /** Uniform integer below n. */
  below(n: number): number;
  /** True with probability p. */
  chance(p: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** 32 random bits. */
  bits(): number;
}

export function random(seed: number): Random {
  let state = seed >>> 0;
  const bits = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
  const below = (n: number): number => Math.floor((bits() / 0x100000000) * n);
  return {
    bits,
    below,
    chance: (p) => bits() / 0x100000000 < p,
    pick: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('pick from nothing');
      return item;
    },
  };
}
