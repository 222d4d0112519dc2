/**
 * Values on their way into the text: what each is as an expression, and the name it is bound to once it has one. Operands of forms are
 * read here; `write.ts` and `write-loops.ts` add the lines.
 */
import type { ValueId } from '../../ir/graph.ts';
import type { Shape } from '../../ir/vocabulary.ts';
import { printF32 } from '../../num/literal.ts';
import { must } from '../../text/result.ts';
import type { Declarations } from './declarations.ts';
import { axesAround, type Kind, NUMBER } from './kinds.ts';
import type { Names } from './names.ts';
import type { Scope, Use } from './scope.ts';
import { CALL, call, comprehension, type Expression, element, LOOSE, type Operand, UNARY } from './template.ts';

/** A value on its way into the text. */
export interface Step {
  readonly shape: Shape;
  readonly kind: Kind;
  expression: Expression;
  /** Set once it is bound to a name. */
  name?: string;
  readonly wish: string;
  /** The same as numbers. */
  numbers?: Step;
  /** Of a constant that stands where it is used. */
  readonly data?: Float32Array;
}

export interface Writer {
  readonly scope: Scope;
  readonly names: Names;
  readonly declared: Declarations;
  readonly lines: string[];
  readonly steps: Map<ValueId, Step>;
  /** Writes the body of a loop. */
  inner(scope: Scope, inputs: readonly Given[]): Writer;
}

/** What inputs are called in the text. */
export interface Given {
  readonly text: string;
  readonly wish: string;
  /** It is a name, and no expression. */
  readonly isName: boolean;
}

/** The name of a value, which it gets now if it has none. */
export function bind(w: Writer, step: Step): string {
  if (step.name !== undefined) return step.name;
  const name = w.names.fresh(step.wish);
  const type = step.expression.typed ? `: ${w.declared.typeText(step.kind, step.shape)}` : '';
  w.lines.push(`let ${name}${type} = ${step.expression.text};`);
  step.name = name;
  step.expression = { text: name, binds: CALL };
  return name;
}

/** The value as numbers: bools are 1 and -1, cases their weights. */
function numbersOf(w: Writer, step: Step): Step {
  if (step.kind.kind === 'number') return step;
  const isNegated = step.expression.binds === UNARY && step.expression.text.startsWith('!');
  if (step.kind.kind === 'truth' && !isNegated) return step;
  step.numbers ??= {
    shape: step.shape,
    kind: NUMBER,
    wish: step.kind.kind === 'cases' ? `${step.wish}_weights` : `${step.wish}_sign`,
    expression: numbersText(w, step),
  };
  return step.numbers;
}

function numbersText(w: Writer, step: Step): Expression {
  if (step.expression.typed) bind(w, step);
  if (step.kind.kind === 'truth') return { text: `-${step.expression.text.slice(1)}`, binds: UNARY };
  if (step.kind.kind === 'bool') return call('f32', step.expression.text);
  const front = axesAround(step.kind, step.shape);
  if (step.data) return { text: `[${Array.from(step.data, printF32).join(', ')}]`, binds: CALL };
  if (front.length === 0) return call('weights', step.expression.text);
  const name = bind(w, step);
  return comprehension(front, (index) => `weights(${element(name, index)})`);
}

export function operandOf(w: Writer, use: Use): Operand {
  const own = must(w.steps.get(use.value), () => `value ${use.value} is not written`);
  if (use.as && own.data) return constantOperand(w, own, use.as, own.data);
  const step = use.asIs ? own : numbersOf(w, own);
  const text = (binds: number): string => {
    if (step.expression.typed && !use.isHinted) bind(w, step);
    const { text: known, binds: tight } = step.expression;
    return tight >= binds ? known : `(${known})`;
  };
  return {
    shape: step.shape,
    kind: step.kind,
    at: text,
    name: () => bind(w, step),
    ...(use.scalar && { scalar: text(CALL), loose: text(LOOSE) }),
  };
}

/** A constant number as a truth, a bool or a case. */
function constantOperand(w: Writer, { shape }: Step, kind: Kind, data: Float32Array): Operand {
  const text = w.declared.literal(kind, data);
  return { shape, kind, at: () => text, name: () => text };
}
