/** Figures as the tables of RESULTS.md, and their place in it: what stands between the two marks is replaced. */
import { must } from '../src/text/result.ts';
import type { Found } from './contender.ts';
import type { Figure, Measured } from './measure.ts';
import type { Target } from './work.ts';

export function timeText(seconds: number): string {
  const [value, unit] =
    seconds < 1e-6 ? [seconds * 1e9, 'ns'] : seconds < 1e-3 ? [seconds * 1e6, 'µs'] : [seconds * 1e3, 'ms'];
  return `${Number(value.toPrecision(3))} ${unit}`;
}

const ratioText = (x: number): string => `${Number(x.toPrecision(x >= 100 ? 3 : 2))}x`;
const gflops = (m: Measured, f: Figure): number => must(m.item.flops) / f.median / 1e9;

export interface Judged {
  readonly text: string;
  readonly reached: string;
  readonly met: boolean | undefined;
}

/** What a target asks, what `ours` reached, and whether that is enough; undefined where nobody to compare with was measured. */
export function judge(m: Measured, ours: Figure, target: Target): Judged {
  switch (target.kind) {
    case 'times': {
      const rivals = m.figures.filter((f) => target.of.includes(f.contender));
      const best = rivals.reduce<Figure | undefined>((a, b) => (a && a.median <= b.median ? a : b), undefined);
      const text = `≥ ${target.least}x ${target.says}`;
      if (!best) return { text, reached: 'not measured', met: undefined };
      const whom = target.of.length > 1 ? ` (${best.contender})` : '';
      return { text, ...ratioOf(best, ours, target.least, whom) };
    }
    case 'own': {
      const text = `${target.name} ≥ ${target.least}x`;
      const other = m.figures.find((f) => f.contender === target.name);
      return other
        ? { text, ...ratioOf(ours, other, target.least, '') }
        : { text, reached: 'not measured', met: undefined };
    }
    case 'peak': {
      const part = gflops(m, ours) / m.peak;
      return {
        text: `≥ ${target.least * 100} % of the peak`,
        reached: `${(part * 100).toFixed(0)} % (p5 ${((part * 100 * ours.median) / ours.p5).toFixed(0)} %)`,
        met: part >= target.least,
      };
    }
    case 'time':
      return {
        text: `≤ ${target.mostNs} ns`,
        reached: timeText(ours.median),
        met: ours.median * 1e9 <= target.mostNs,
      };
    default:
      return target satisfies never;
  }
}

/** Of medians, which decides, and of the 5th percentiles, which a busy machine disturbs less. */
function ratioOf(slow: Figure, fast: Figure, least: number, whom: string): Pick<Judged, 'reached' | 'met'> {
  const ratio = slow.median / fast.median;
  return { reached: `${ratioText(ratio)}${whom} (p5 ${ratioText(slow.p5 / fast.p5)})`, met: ratio >= least };
}

/** One row per work item; the first contender is ours, and the others show how many times its time they take. */
export function comparison(results: readonly Measured[], names: readonly string[]): string {
  const [ours = '', ...others] = names;
  const head = ['work', ours, ...others, 'target', 'reached'];
  const rows = results.map((m) => {
    const own = m.figures.find((f) => f.contender === ours);
    const cells = others.map((name) => cell(m, own, name));
    const judged = own ? m.item.targets.map((t) => judge(m, own, t)) : [];
    return [
      m.item.title,
      own
        ? `${timeText(own.median)} (p5 ${timeText(own.p5)})${m.item.flops ? `, ${Number(gflops(m, own).toPrecision(3))} GFLOP/s` : ''}`
        : 'differs',
      ...cells,
      judged.map((j) => j.text).join('; '),
      judged.map((j) => `${j.reached}${j.met === undefined ? '' : j.met ? ', met' : ', **missed**'}`).join('; '),
    ];
  });
  return table([head, ...rows]);
}

function cell(m: Measured, ours: Figure | undefined, name: string): string {
  const differs = m.differ.find((d) => d.contender === name);
  if (differs) return differs.by;
  const figure = m.figures.find((f) => f.contender === name);
  if (!figure) return '-';
  return ours ? `${timeText(figure.median)}, ${ratioText(figure.median / ours.median)}` : timeText(figure.median);
}

export const table = ([head = [], ...rows]: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |\n`).join('');

export function contendersText(found: readonly Found[]): string {
  return found
    .map((f) =>
      f.is === 'here' ? `- ${f.contender.name}: ${f.contender.about}\n` : `- ${f.name}: missing (${f.why})\n`,
    )
    .join('');
}

export const notesText = (results: readonly Measured[]): string =>
  results
    .flatMap((m) =>
      m.figures.filter((f) => f.note !== undefined).map((f) => `- ${m.item.title}, ${f.contender}: ${f.note}\n`),
    )
    .join('');

/** Replaces what stands between `<!-- name -->` and `<!-- /name -->`. */
export function withSection(text: string, name: string, section: string): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [text.indexOf(open), text.indexOf(close)];
  if (from < 0 || to < from) throw new Error(`there are no marks ${open} and ${close}`);
  return `${text.slice(0, from + open.length)}\n\n${section.trim()}\n\n${text.slice(to)}`;
}
