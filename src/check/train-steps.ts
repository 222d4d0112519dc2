/** The optimizer and the schedule of a `train` block: a name and constant numbers. */
import type { Expr } from '../syntax/ast.ts';
import { nearest } from '../text/nearest.ts';
import { must } from '../text/result.ts';
import type { Span } from '../text/span.ts';
import { F32, tupleOf } from './build.ts';
import type { Checker } from './context.ts';
import type { FnDecl, TrainDecl } from './core.ts';
import { constantValue } from './numbers.ts';
import { showSignature } from './signature.ts';
import type { Settings } from './train.ts';
import { AT_LEAST_0, COUNT, demand, type NumberRule, POSITIVE, UP_TO_1 } from './train-numbers.ts';
import type { Type } from './types.ts';
import { constantOf } from './values.ts';

type Numbers = Readonly<Record<string, number>>;

/** A number that is given by name. */
interface Given {
  readonly name: string;
  readonly at: Span;
  readonly value: number;
  readonly valueAt: Span;
}

/** `adam(rate = 0.05)`, or a name alone. */
function readCall(
  c: Checker,
  e: Expr,
  what: string,
): { readonly name: string; readonly at: Span; readonly args: readonly Given[] } | undefined {
  const fn = e.kind === 'call' ? e.fn : e;
  if (fn.kind !== 'name') {
    if (fn.kind !== 'error')
      c.fail('bad-train-setting', e.at, {
        name: `\`${what}\``,
        expected: `a name with numbers`,
        hint: what === 'optimizer' ? 'For instance `adam(rate = 0.05)`.' : 'For instance `cosine(warmup = 5)`.',
      });
    return undefined;
  }
  const args: Given[] = [];
  for (const a of e.kind === 'call' ? e.args : []) {
    const value = constantOf(c, a.value);
    if (!a.name)
      c.fail('bad-train-setting', a.at, {
        name: 'a number of it',
        expected: 'given by name',
        hint: `For instance \`${fn.name.text}(${what === 'optimizer' ? 'rate = 0.01' : 'warmup = 5'})\`.`,
      });
    else if (args.some((given) => given.name === a.name?.text)) c.fail('given-twice', a.at, { name: a.name.text });
    else if (value !== undefined) args.push({ name: a.name.text, at: a.name.at, value, valueAt: a.value.at });
  }
  return { name: fn.name.text, at: fn.at, args };
}

/** The numbers of `where` by their names; a name without a rule takes any number. */
function known(
  c: Checker,
  where: string,
  args: readonly Given[],
  rules: Readonly<Record<string, NumberRule | undefined>>,
): Numbers {
  const numbers: Record<string, number> = {};
  const names = Object.keys(rules);
  for (const { name, at, value, valueAt } of args) {
    if (names.includes(name)) {
      const rule = rules[name];
      if (!rule || demand(c, name, { at: valueAt, value }, rule) !== undefined) numbers[name] = value;
      continue;
    }
    const near = nearest(name, names);
    const hint = near ? `Did you mean \`${near}\`?` : `It has ${names.join(', ')}.`;
    c.fail(
      'unknown-setting',
      at,
      { where: `\`${where}\``, name, hint },
      near ? { fix: { title: `write \`${near}\``, at, insert: near } } : {},
    );
  }
  return numbers;
}

const LBFGS: Numbers = { rate: 1, memory: 10 };

export function readOptimizer(c: Checker, at: Span, settings: Settings): TrainDecl['optimizer'] | undefined {
  const field = settings.get('optimizer');
  if (!field) return named(c, 'adam', at, []);
  const call = readCall(c, field.value, 'optimizer');
  return call && named(c, call.name, call.at, call.args);
}

function named(c: Checker, name: string, at: Span, args: readonly Given[]): TrainDecl['optimizer'] | undefined {
  const meaning = c.module.find(name);
  if (meaning?.kind === 'error') return undefined;
  if (meaning?.kind !== 'fn') {
    if (name === 'lbfgs')
      return {
        name,
        at,
        step: null,
        numbers: { ...LBFGS, ...known(c, name, args, { rate: POSITIVE, memory: COUNT }) },
      };
    const near = nearest(name, ['lbfgs', ...c.module.names()]);
    return void c.fail(
      'not-an-optimizer',
      at,
      { name, hint: near ? `Did you mean \`${near}\`?` : 'The library has sgd, adam, adamw, rmsprop and lbfgs.' },
      near ? { fix: { title: `write \`${near}\``, at, insert: near } } : {},
    );
  }
  const { decl } = meaning;
  if (!isStep(decl)) {
    const hint = `It is \`${showSignature(decl)}\`; a step is \`fn step(w: f32, g: f32, state: S, t: f32, rate: f32 = ..., ...) -> (f32, S)\`.`;
    return void c.fail('not-an-optimizer', at, { name, hint }, { also: [{ at: decl.at, text: 'declared here' }] });
  }
  c.frame.reads.set(decl, at);
  const hyper = decl.params.slice(4);
  const numbers: Record<string, number> = {};
  for (const [i, p] of hyper.entries()) {
    const value = decl.defaults[i + 4];
    const constant = value && constantValue(value);
    if (constant !== undefined) numbers[p.name] = constant;
  }
  const given = known(
    c,
    name,
    args,
    Object.fromEntries(hyper.map((p) => [p.name, p.name === 'rate' ? POSITIVE : undefined])),
  );
  const missing = hyper.find((p) => numbers[p.name] === undefined && given[p.name] === undefined);
  if (missing)
    return void c.fail('bad-train-setting', at, {
      name: '`optimizer`',
      expected: `given \`${missing.name}\``,
      hint: `It has no default in \`${showSignature(decl)}\`.`,
    });
  return { name, at, step: decl, numbers: { ...numbers, ...given } };
}

/** (w: f32, g: f32, state: S, t: f32, numbers...) -> (f32, S), with a state made of numbers. */
function isStep(decl: FnDecl): boolean {
  const types = decl.params.map((p) => p.type);
  const [w, g, state, t, ...numbers] = types;
  if (decl.generics.length > 0 || !w || !g || !state || !t) return false;
  if ([w, g, t, ...numbers].some((type) => type.kind !== 'f32') || decl.params[4]?.name !== 'rate') return false;
  return same(decl.result, tupleOf([F32, state])) && isNumbers(state);
}

function isNumbers(type: Type): boolean {
  if (type.kind === 'record') return type.args.length === 0 && type.decl.fields.every((f) => isNumbers(f.type));
  return type.kind === 'f32' || (type.kind === 'tuple' && type.items.every(isNumbers));
}

function same(a: Type, b: Type): boolean {
  if (a.kind === 'tuple' && b.kind === 'tuple')
    return a.items.length === b.items.length && a.items.every((t, i) => same(t, must(b.items[i])));
  if (a.kind === 'record' && b.kind === 'record') return a.decl === b.decl;
  return a.kind === b.kind && a.kind !== 'tuple' && a.kind !== 'record';
}

/** The schedules with their numbers; what they do stands in `train/schedule`. */
export const SCHEDULES: Readonly<Record<string, Readonly<Record<string, NumberRule>>>> = {
  constant: { warmup: AT_LEAST_0 },
  cosine: { warmup: AT_LEAST_0, floor: UP_TO_1 },
  linear: { warmup: AT_LEAST_0, floor: UP_TO_1 },
  step: { warmup: AT_LEAST_0, every: COUNT, factor: POSITIVE },
  exponential: { warmup: AT_LEAST_0, factor: POSITIVE },
};

export function readSchedule(c: Checker, settings: Settings): TrainDecl['schedule'] | undefined {
  const field = settings.get('schedule');
  const call = field && readCall(c, field.value, 'schedule');
  if (!call) return undefined;
  const rules = SCHEDULES[call.name];
  if (rules) return { name: call.name, numbers: known(c, call.name, call.args, rules) };
  const near = nearest(call.name, Object.keys(SCHEDULES));
  return void c.fail(
    'bad-train-setting',
    call.at,
    {
      name: '`schedule`',
      expected: `one of ${Object.keys(SCHEDULES).join(', ')}`,
      hint: near ? `Did you mean \`${near}\`?` : 'It multiplies the rate of the optimizer.',
    },
    near ? { fix: { title: `write \`${near}\``, at: call.at, insert: near } } : {},
  );
}
