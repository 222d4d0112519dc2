/** A search that others work at: whatever they do and in whatever order, no part is lost unnoticed, and nothing is believed that they only say. */
import { describe, expect, it } from 'vitest';
import { must } from '../../src/text/result.ts';
import { check } from '../../src/verify/checker.ts';
import { type Crew, handing, type Loose, type Report, type Worked, workOf } from '../../src/verify/crew.ts';
import type { Part } from '../../src/verify/divide.ts';
import { journal, replayed } from '../../src/verify/journal.ts';
import type { SearchOptions } from '../../src/verify/search.ts';
import { stackOf } from '../../src/verify/stack.ts';
import { growing } from '../../src/verify/tree.ts';
import { type Random, random } from '../fuzz/random.ts';
import { type Asked, asked, searched, textOf } from './products.ts';

interface Behaviour {
  /** Boxes of a slice. */
  readonly slice: (r: Random) => number;
  /** What is sent in the place of what was worked out. */
  readonly sent?: (worked: Worked) => Worked | undefined;
  readonly isLazy?: boolean;
}

/** Members in one thread: they work when they are asked for reports, and answer in any order. */
function crewOf({ net, question, run }: Asked, r: Random, { slice, sent = (w) => w, isLazy = false }: Behaviour) {
  const work = workOf(net, question, { run });
  const given: { readonly id: number; readonly part: Loose }[] = [];
  let handed = 0;
  const worked = ({ id, part }: { readonly id: number; readonly part: Loose }): Report => {
    let left = slice(r);
    const found = work(part, { goOn: () => left-- > 0, isWanted: () => true });
    return { id, worked: structuredClone(sent(found)) };
  };
  const crew: Crew = {
    idle: () => 3 - given.length,
    hand(id, part) {
      handed++;
      given.push({ id, part: structuredClone(part) });
    },
    want: () => undefined,
    reports(waits) {
      if (isLazy || given.length === 0 || (!waits && r.chance(0.5))) return [];
      return [worked(must(given.splice(r.below(given.length), 1)[0]))];
    },
    end: () => void given.splice(0),
  };
  return { crew, handed: () => handed };
}

const few = { slice: (r: Random) => r.below(6) };

describe('a search with a crew', () => {
  const of = asked(1.05);
  const alone = searched(of);

  it('comes to the proof of one alone, whoever does what and when', () => {
    expect(alone.kind).toBe('proved');
    expect(alone.boxes).toBeGreaterThan(100);
    for (let seed = 1; seed <= 6; seed++) {
      const { crew, handed } = crewOf(of, random(seed), few);
      const found = searched(of, { crew });
      expect(handed()).toBeGreaterThan(10);
      expect([found.boxes, textOf(found, of)]).toEqual([alone.boxes, textOf(alone, of)]);
      expect(found.kind === 'proved' && check(of.question, of.spread, found.proof).ok).toBe(true);
    }
  });

  it('does itself what is lost', () => {
    const r = random(7);
    const { crew } = crewOf(of, random(8), { ...few, sent: (w) => (r.chance(0.3) ? undefined : w) });
    expect(textOf(searched(of, { crew }), of)).toBe(textOf(alone, of));
  });

  it('ends in time where nothing comes back', () => {
    const { crew } = crewOf(of, random(9), { ...few, isLazy: true });
    let asks = 0;
    const found = searched(of, { crew, goOn: (p) => p.stage === 'bounds' && ++asks < 2000 });
    expect(found).toMatchObject({ kind: 'unknown', open: expect.any(Number) });
    expect(found.kind === 'unknown' && found.open).toBeGreaterThan(0);
  });

  it('tells what cannot be divided further from what is proved', () => {
    const tight = asked(1, [1 - 3 * 2 ** -24, true]);
    const whole = searched(tight);
    expect(whole).toMatchObject({ kind: 'unknown', open: expect.any(Number) });
    for (let seed = 1; seed <= 5; seed++) {
      const { crew, handed } = crewOf(tight, random(seed), few);
      expect(searched(tight, { crew })).toEqual(whole);
      expect(handed()).toBeGreaterThan(5);
    }
  });
});

describe('what is handed out', () => {
  it('comes back into the tally', () => {
    const tree = growing();
    const of = asked(1.05);
    const { box, claim } = of.question;
    const whole = { box, cases: [], claim, known: undefined, refines: true, choice: undefined };
    const root: Part = { ...whole, part: 0.5, bound: -1, place: tree.root };
    const [one, two] = root.place.split({ kind: 'input', input: 0, element: 0, cut: 0 });
    const stack = stackOf(() => ({ kind: 'proved', proof: { kind: 'empty' } }), { ...root, place: one });
    stack.parts.push({ ...root, part: 0.25, place: two });
    let reports: readonly Report[] = [];
    const given: number[] = [];
    const crew: Crew = {
      idle: () => 1 - given.length,
      hand: (id, part) => void given.push(id, part.part),
      want: () => undefined,
      reports: () => reports,
      end: () => undefined,
    };
    const handed = handing(crew, stack, () => false);
    handed.exchange();
    expect([given, stack.parts.length, handed.parts.size]).toEqual([[0, 0.5], 1, 1]);
    const tally = { boxes: 3, proved: 0.25, best: -2 };
    reports = [{ id: 0, worked: { tally, entries: [], open: [], stuck: [0] } }];
    handed.exchange();
    expect([stack.tally, stack.stuck.length, handed.parts.size]).toEqual([tally, 1, 0]);
  });
});

describe('a counterexample of others', () => {
  const of = asked(0.99);
  /** The search alone sees no corner, so the others find it. */
  const blind = { ...of, run: () => Float32Array.of(0) };

  it('is believed when it was run', () => {
    let isTold = false;
    const sent = (worked: Worked): Worked => {
      isTold ||= worked.unsafe !== undefined;
      return worked;
    };
    const { crew } = crewOf(of, random(11), { ...few, sent });
    const found = searched(of, { crew, run: (point) => (isTold ? of : blind).run(point) });
    expect(isTold).toBe(true);
    expect(found.kind).toBe('refuted');
    expect(found.kind === 'refuted' && must(of.run(found.inputs)[0])).toBeGreaterThanOrEqual(0.99);
  });

  it('is not believed where the run does not show it', () => {
    const { crew } = crewOf(of, random(12), few);
    const goOn: SearchOptions['goOn'] = (p) => p.stage === 'bounds' && p.boxes < 500;
    expect(searched(blind, { crew, goOn }).kind).toBe('unknown');
  });
});

describe('a broken crew is found out', () => {
  const of = asked(1.05);
  const broken: Readonly<Record<string, (w: Worked) => Worked>> = {
    'that loses an open part': (w) => ({ ...w, open: w.open.slice(1) }),
    'that gives one part back twice': (w) => ({ ...w, open: [...w.open, ...w.open.slice(0, 1)] }),
    'that loses the end of its journal': (w) => ({ ...w, entries: w.entries.slice(0, -1) }),
    'that loses the beginning': (w) => ({ ...w, entries: w.entries.slice(1) }),
    'that forgets everything': (w) => ({ ...w, entries: [], open: [] }),
  };
  it.each(Object.entries(broken))('%s', (_, sent) => {
    const { crew } = crewOf(of, random(13), { ...few, sent });
    expect(() => searched(of, { crew })).toThrow();
  });

  it('that answers what nobody asked', () => {
    const { crew } = crewOf(of, random(14), few);
    const reports: Crew['reports'] = (waits) => crew.reports(waits).map((one) => ({ ...one, id: one.id + 1000 }));
    expect(() => searched(of, { crew: { ...crew, reports } })).toThrow('handed out');
  });
});

describe('a tree', () => {
  it('has no proof before all of its places are filled', () => {
    const { root, proof } = growing();
    const [below, above] = root.split({ kind: 'input', input: 0, element: 0, cut: 0 });
    below.fill({ kind: 'empty' });
    expect(proof).toThrow('not filled');
    const [one, two] = above.parts(2);
    must(one).fill({ kind: 'empty' });
    expect(proof).toThrow('not filled');
    must(two).fill({ kind: 'empty' });
    expect(proof()).toMatchObject({ kind: 'input', below: { kind: 'empty' }, above: { kind: 'parts' } });
    expect(() => below.fill({ kind: 'empty' })).toThrow('used once');
  });

  it('grows from a journal as it grew elsewhere', () => {
    const { root, entries, numberOf } = journal();
    const [below, above] = root.split({ kind: 'value', value: 3 as never, element: 1, cut: 0.5 });
    const [one, two] = below.parts(2);
    must(two).fill({ kind: 'points' });
    const tree = growing();
    const open = replayed(structuredClone(entries), tree.root);
    expect([...open.keys()].sort()).toEqual([above, must(one)].map(numberOf).sort());
    for (const place of open.values()) place.fill({ kind: 'exact' });
    expect(tree.proof()).toMatchObject({
      above: { kind: 'exact' },
      below: { parts: [{ kind: 'exact' }, { kind: 'points' }] },
    });
  });
});
