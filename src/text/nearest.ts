/**
 * "Did you mean": the nearest of the names in reach, by edit distance with neighbours swapped (optimal string alignment).
 * For every stage that meets a name it does not know: columns, cases, tensors, options.
 */

/** Edits that turn `a` into `b`; anything above `limit` may be given as `limit + 1`. */
export function editDistance(a: string, b: string, limit = Infinity): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let older: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (older[j - 2] ?? 0) + 1 : Infinity;
      row.push(Math.min(replaced, swapped, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    [older, above] = [above, row];
  }
  return above[b.length] ?? 0;
}

/** The candidate that `name` was probably meant to be: another case of letters, else at most a third of its letters wrong. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  let limit = Math.max(1, Math.floor(name.length / 3));
  let best: string | undefined;
  for (const candidate of candidates) {
    if (candidate === '' || candidate === name) continue;
    const distance = candidate.toLowerCase() === name.toLowerCase() ? 0 : editDistance(name, candidate, limit);
    // A name with no letter in common is no misspelling.
    if (distance > limit || distance >= Math.max(name.length, candidate.length)) continue;
    if (best !== undefined && distance >= limit) continue;
    limit = distance;
    best = candidate;
  }
  return best;
}
