/** Values out of the memory of a model: what the printed code of `model.js` calls where it cannot do with one line. */

/** The number of the first largest weight. */
export function largest(f: Float32Array, at: number, size: number): number {
  let best = at;
  for (let i = at + 1; i < at + size; i++) if ((f[i] as number) > (f[best] as number)) best = i;
  return best - at;
}

/** Numbers into an array that stays. */
export function copyTo(f: Float32Array, at: number, to: Float32Array): void {
  for (let i = 0; i < to.length; i++) to[i] = f[at + i] as number;
}
