/**
 * The checker of one definition: dispatches every form of expression to its rule. `infer` finds a type,
 * `check` demands one; forms with parts that can be demanded separately (blocks, branches, tuples, arrays,
 * records, lambdas) pass the demand on, so that a disagreement is shown at the smallest place.
 */
import type { Expr } from '../syntax/ast.ts';
import { type Problem, type ProblemData, type ProblemExtras, type ProblemName, problem } from '../text/problem.ts';
import type { Span } from '../text/span.ts';
import { inferField, inferIndex } from './access.ts';
import { checkIf, checkMatch, inferIf, inferMatch } from './branches.ts';
import { BOOL, core, errorCore, STRING } from './build.ts';
import { inferCall } from './calls.ts';
import { checkChoose, inferChoose } from './choices.ts';
import { coerce } from './coerce.ts';
import type { Because, Checker, Frame, ModuleScope } from './context.ts';
import type { Core } from './core.ts';
import {
  checkArray,
  checkBlock,
  checkLambda,
  checkTuple,
  inferArray,
  inferBlock,
  inferLambda,
  inferTuple,
} from './data.ts';
import { inferComprehension, inferFold, inferIterate } from './loops.ts';
import { inferName } from './names.ts';
import { inferHole, inferNumber } from './numbers.ts';
import { inferBinary, inferUnary } from './operators.ts';
import { inferRecord } from './records.ts';
import { Scope, type ScopeEntry } from './scope.ts';
import { Solver } from './solve.ts';
import type { Type } from './types.ts';

export class ExpressionChecker implements Checker {
  readonly module: ModuleScope;
  readonly frame: Frame;
  readonly solver = new Solver();
  readonly scope: Scope;
  readonly problems: Problem[];
  private readonly start: number;

  /** With `quiet`, unused names are not reported: signatures, and modules that are not the user's. */
  constructor(module: ModuleScope, frame: Frame, problems: Problem[], quiet: boolean) {
    this.module = module;
    this.frame = frame;
    this.problems = problems;
    this.start = problems.length;
    this.scope = new Scope((name, entry) => quiet || this.noteUnused(name, entry));
  }

  fail<N extends ProblemName>(name: N, at: Span, data: ProblemData<N>, extras: ProblemExtras = {}): Core {
    this.problems.push(problem(name, at, data, extras));
    return errorCore(at);
  }

  warn<N extends ProblemName>(name: N, at: Span, data: ProblemData<N>, extras: ProblemExtras = {}): void {
    this.problems.push(problem(name, at, data, extras));
  }

  check(e: Expr, want: Type, because?: Because): Core {
    const parted = e.kind === 'if' || e.kind === 'match' || e.kind === 'choose' || e.kind === 'array';
    // Parts of a type that is still open must be read together: the first would decide for the others.
    if (parted && this.solver.isOpen({ kind: 'type', type: want }))
      return coerce(this, this.infer(e, want), want, because);
    switch (e.kind) {
      case 'block':
        return checkBlock(this, e, want, because);
      case 'if':
        return checkIf(this, e, want, because);
      case 'match':
        return checkMatch(this, e, want, because);
      case 'choose':
        return checkChoose(this, e, want, because);
      case 'tuple':
        return checkTuple(this, e, want, because);
      case 'array':
        return checkArray(this, e, want, because);
      case 'lambda':
        return checkLambda(this, e, want, because);
      default:
        return coerce(this, this.infer(e, want), want, because);
    }
  }

  infer(e: Expr, hint?: Type): Core {
    switch (e.kind) {
      case 'number':
        return inferNumber(this, e, hint);
      case 'hole':
        return inferHole(this, e);
      case 'bool':
        return core(BOOL, e.at, { kind: 'bool', value: e.value });
      case 'string':
        return core(STRING, e.at, { kind: 'string', value: e.value });
      case 'name':
        return inferName(this, e, hint);
      case 'unary':
        return inferUnary(this, e, hint);
      case 'binary':
        return inferBinary(this, e, hint);
      case 'range':
        return this.fail('cannot-infer', e.at, {
          what: 'what this range is for',
          hint: 'A range stands in a loop (`for i in 0..n`) or between index brackets (`x[1..4]`).',
        });
      case 'call':
        return inferCall(this, e, hint);
      case 'field':
        return inferField(this, e);
      case 'index':
        return inferIndex(this, e);
      case 'tuple':
        return inferTuple(this, e, hint);
      case 'array':
        return inferArray(this, e, hint);
      case 'comprehension':
        return inferComprehension(this, e, hint);
      case 'record':
        return inferRecord(this, e, hint);
      case 'block':
        return inferBlock(this, e, hint);
      case 'lambda':
        return inferLambda(this, e, hint);
      case 'if':
        return inferIf(this, e, hint);
      case 'match':
        return inferMatch(this, e, hint);
      case 'fold':
        return inferFold(this, e, hint);
      case 'iterate':
        return inferIterate(this, e, hint);
      case 'choose':
        return inferChoose(this, e, hint);
      case 'error':
        return errorCore(e.at);
      default:
        return e satisfies never;
    }
  }

  /** Where there are errors, a name may only seem unused. */
  private noteUnused(name: string, entry: ScopeEntry): void {
    if (this.module.broken || this.problems.slice(this.start).some((p) => p.severity === 'error')) return;
    const at = 'local' in entry ? entry.local.at : entry.at;
    const what = 'local' in entry ? entry.what : `${entry.generic} parameter`;
    this.warn('unused-name', at, { what, name });
  }
}
