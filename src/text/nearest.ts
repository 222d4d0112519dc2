/**
 * "Did you mean": the candidate nearest to a misspelt word, or none when nothing is near. The distance is
 * Damerau-Levenshtein's (Damerau, CACM 7, 1964; restricted form): the fewest insertions, deletions,
 * replacements and swaps of neighbours. A difference in case alone counts less than any other.
 */

/** The nearest candidate within a third of the word's length, the first of several; `nearest('lenght', ['width', 'length'])` is `'length'`. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.max(1, Math.floor(name.length / 3)) + 0.75;
  for (const candidate of candidates) {
    if (candidate === name || Math.abs(candidate.length - name.length) > least) continue;
    const d = distance(name.toLowerCase(), candidate.toLowerCase()) + 0.25;
    if (d < least && d < candidate.length) [best, least] = [candidate, d];
  }
  return best;
}

/** The distance between two words; `distance('ab', 'ba')` is 1. */
export function distance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a.charCodeAt(i - 1) === b.charCodeAt(j - 1);
      let d = Math.min((row[j - 1] ?? 0) + 1, (above[j] ?? 0) + 1, (above[j - 1] ?? 0) + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) d = Math.min(d, (before[j - 2] ?? 0) + 1);
      row.push(d);
    }
    [before, above] = [above, row];
  }
  return above[b.length] ?? 0;
}
