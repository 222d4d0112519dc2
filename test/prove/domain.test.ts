/** Domains: combinations in a row are those that are written one by one. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { domainOfRanges, type Range } from '../../src/prove/domain.ts';

const ranges: fc.Arbitrary<readonly Range[]> = fc.array(
  fc.record({ isBool: fc.boolean(), size: fc.integer({ min: 1, max: 4 }), count: fc.integer({ min: 0, max: 3 }) }).map(
    ({ isBool, size, count }): Range => ({
      path: 'x',
      kind: isBool ? 'bool' : 'cases',
      size: isBool ? 1 : size,
      lo: new Float32Array((isBool ? 1 : size) * count).fill(isBool ? -1 : 0),
      hi: new Float32Array((isBool ? 1 : size) * count).fill(1),
    }),
  ),
  { minLength: 1, maxLength: 3 },
);

it('rows are combinations in order', () => {
  fc.assert(
    fc.property(ranges, fc.nat(1000), fc.integer({ min: 1, max: 40 }), (list, from, most) => {
      const domain = domainOfRanges(list);
      const first = from % domain.count;
      const count = Math.min(most, domain.count - first);
      const rows = list.map(({ lo }) => new Float32Array(lo.length * count).fill(7));
      domain.writeRows(first, count, rows);
      for (let r = 0; r < count; r++) {
        const one = list.map(({ lo }) => lo.slice());
        domain.write(first + r, one);
        for (const [i, leaf] of one.entries())
          expect([...(rows[i] ?? [])].slice(r * leaf.length, (r + 1) * leaf.length)).toEqual([...leaf]);
      }
    }),
    { numRuns: 300 },
  );
});
