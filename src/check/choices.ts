/**
 * `choose { a, b }` and `pick { x, y }`: one of several written options, which one is learned. A choice is an index of its own
 * and the options are arms of a crisp `match` over it, so the one that is not taken does no harm.
 */

import type { Expr } from '../syntax/ast.ts';
import { lex } from '../syntax/lexer.ts';
import { isTrivia } from '../syntax/token.ts';
import { must } from '../text/result.ts';
import { span } from '../text/span.ts';
import { demandKnown, unite } from './branches.ts';
import { core, errorCore } from './build.ts';
import type { Because, Checker } from './context.ts';
import type { Core, CoreArm, HoleDecl } from './core.ts';
import { isKind } from './operands.ts';
import { sizeOf } from './sizes.ts';
import type { Type } from './types.ts';

type ChooseExpr = Extract<Expr, { kind: 'choose' }>;

export function checkChoose(c: Checker, e: ChooseExpr, want: Type, because?: Because): Core {
  return choiceOf(c, e, (index) => {
    const isKnown = demandKnown(c, want, index);
    const values = e.options.map((option) => c.check(option, want, because));
    return isKnown ? values : [errorCore(e.at)];
  });
}

export function inferChoose(c: Checker, e: ChooseExpr, hint?: Type): Core {
  return choiceOf(c, e, () => {
    const values = e.options.map((option) => c.infer(option, hint));
    return unite(c, e.at, values, { soft: false, isKnown: false, what: 'option', hint });
  });
}

function choiceOf(c: Checker, e: ChooseExpr, read: (index: Core) => readonly Core[]): Core {
  const index = indexOf(c, e);
  const values = read(index);
  const [first] = values;
  if (!first || isKind(c, index, 'error') || values.some((v) => isKind(c, v, 'error'))) return errorCore(e.at);
  const arms = values.map((value, i): CoreArm => ({ at: must(e.options[i]).at, cases: [[i]], value }));
  return core(c.solver.type(first.type), e.at, { kind: 'match', soft: false, of: [index], arms });
}

/** The learned index; reports a choice that cannot be one. */
function indexOf(c: Checker, e: ChooseExpr): Core {
  const word = e.pick ? 'pick' : 'choose';
  const count = e.options.length;
  if (c.frame.holes === 'forbidden')
    return c.fail('misplaced-hole', e.wordAt, {
      hint: `A \`${word}\` is learned, so it belongs into a function; a \`param\` is learned as a whole, and tests and settings are fixed.`,
    });
  if (count < 2) return c.fail('few-options', e.at, { word, found: count === 0 ? 'none' : 'one' });
  const value = e.chosen?.value ?? 0;
  if (!(Number.isInteger(value) && value < count))
    return c.fail('no-such-option', e.chosen?.at ?? e.at, { word, value: String(value), count, last: count - 1 });
  const { source, end } = e.wordAt;
  const hole: HoleDecl = {
    name: '',
    value,
    at: e.chosen?.at ?? span(source, end, end),
    choice: { word, wordAt: e.wordAt, isWritten: e.chosen !== undefined, bits: e.options.map(bitsOf) },
  };
  c.frame.found.push(hole);
  return core({ kind: 'index', size: sizeOf(count) }, e.at, { kind: 'hole', value, hole });
}

const BITS_OF_A_WORD = 8;

/** What writing an option takes: 8 bits for each of its words and signs, whatever their length. */
function bitsOf({ at }: Expr): number {
  const { tokens } = lex({ name: at.source.name, text: at.source.text.slice(at.start, at.end) });
  return BITS_OF_A_WORD * tokens.filter((t) => !isTrivia(t.kind) && t.kind !== 'end').length;
}
