/** The loss and the metrics of a `train` block: functions of what the target gives and of the label. */
import type { Expr } from '../syntax/ast.ts';
import { must } from '../text/result.ts';
import { BOOL, caseCount, F32 } from './build.ts';
import { coerce } from './coerce.ts';
import type { Checker } from './context.ts';
import type { Core, FnDecl, TrainDecl } from './core.ts';
import type { DeclOf } from './module.ts';
import { settle } from './settle.ts';
import { showType } from './show.ts';
import { isUnknown } from './solve.ts';
import type { Settings } from './train.ts';
import type { Type } from './types.ts';

type Loss = Pick<TrainDecl, 'loss' | 'label' | 'metrics'>;
type FnType = Extract<Type, { kind: 'fn' }>;

export function readLoss(c: Checker, ast: DeclOf<'train'>, target: FnDecl, settings: Settings): Loss | undefined {
  const field = settings.get('loss');
  if (!field) {
    const hint =
      'For instance `loss: cross_entropy,` for a distribution, or `loss: (p, y) => (p - y) ** 2,` for a number.';
    return void c.fail('missing-setting', ast.target.at, { name: 'loss', hint });
  }
  const fitted = fitLoss(c, field.value, target, undefined);
  if (!fitted) return undefined;
  const metrics = readMetrics(c, settings, target, fitted.label);
  return { loss: fitted.fn, label: fitted.label, metrics };
}

/** What a label is when the loss leaves it open: the crisp form of what the target gives. */
function labelFor(result: Type): Type {
  if (result.kind === 'soft') return result.of;
  return result.kind === 'truth' ? BOOL : result;
}

/** A loss or metric as a function of exactly (what the target gives, the label). */
function fitLoss(
  c: Checker,
  e: Expr,
  target: FnDecl,
  label: Type | undefined,
): { readonly fn: Core; readonly label: Type } | undefined {
  const result = target.result;
  const open: FnType = { kind: 'fn', params: [result, label ?? labelFor(result)], result: F32 };
  const fn = e.kind === 'lambda' ? c.infer(e, open) : c.infer(e);
  const type = c.solver.type(fn.type);
  if (type.kind === 'error') return undefined;
  const name = e.kind === 'name' ? e.name.text : 'this function';
  const because = [{ at: target.at, text: `\`${target.name}\` gives ${showType(result)}` }];
  if (type.kind !== 'fn' || type.params.length !== 2) {
    const why = `It is ${showType(type)}; a function of the prediction and the label is wanted: (${showType(result)}, ...) -> f32.`;
    return void c.fail('loss-mismatch', e.at, { name, target: target.name, why }, { also: because });
  }
  return fitParts(c, e, fn, type, { target, name, label, because });
}

interface LossPlace {
  readonly target: FnDecl;
  readonly name: string;
  readonly label: Type | undefined;
  readonly because: readonly { readonly at: FnDecl['at']; readonly text: string }[];
}

function fitParts(
  c: Checker,
  e: Expr,
  fn: Core,
  type: FnType,
  place: LossPlace,
): { readonly fn: Core; readonly label: Type } | undefined {
  const { target, name, label, because } = place;
  const [prediction, second] = [must(type.params[0]), must(type.params[1])];
  const probe = coercible(c, e, target.result, prediction);
  const also =
    fn.kind === 'fnref'
      ? [
          ...because,
          {
            at: must(fn.fn.params[0]).at,
            text: `\`${must(fn.fn.params[0]).name}\` is ${showType(must(fn.fn.params[0]).type)}`,
          },
        ]
      : because;
  if (!probe) {
    const first = fn.kind === 'fnref' ? must(fn.fn.params[0]).type : c.solver.type(prediction);
    const why = `It takes ${showType(first)} first, and \`${target.name}\` gives ${showType(target.result)}.`;
    return void c.fail('loss-mismatch', e.at, { name, target: target.name, why }, { also });
  }
  const wanted = label ?? labelFor(target.result);
  const found = c.solver.type(second);
  const chosen =
    label ??
    (c.solver.isOpen({ kind: 'type', type: found }) && c.solver.unify(found, wanted)
      ? c.solver.type(found)
      : labelOf(c, found, wanted));
  if (found.kind === 'var' && isUnknown(found.name)) c.solver.unify(found, chosen);
  const want: FnType = { kind: 'fn', params: [target.result, chosen], result: F32 };
  const fitted = coerce(c, fn, want, () => must(because[0]));
  if (fitted.kind === 'error') return undefined;
  settle(c, fitted);
  return { fn: fitted, label: chosen };
}

/** A label of an index type whose cases are those of the prediction's enum is read as that enum. */
function labelOf(c: Checker, found: Type, wanted: Type): Type {
  const type = c.solver.type(found);
  const count = caseCount(wanted);
  return type.kind === 'index' && wanted.kind === 'enum' && count && c.solver.unifySizes(type.size, count)
    ? wanted
    : c.solver.type(found);
}

/** Whether a prediction fits what the function takes first; chooses unknowns. */
function coercible(c: Checker, e: Expr, result: Type, prediction: Type): boolean {
  const mark = c.problems.length;
  const local: Core = { type: result, at: e.at, kind: 'error' };
  const fitted = coerce(c, local, prediction);
  const fits = c.problems.length === mark && fitted !== undefined;
  c.problems.length = mark;
  return fits;
}

function readMetrics(c: Checker, settings: Settings, target: FnDecl, label: Type): TrainDecl['metrics'] {
  const field = settings.get('metrics');
  if (!field) return [];
  const items = field.value.kind === 'array' ? field.value.items : [field.value];
  return items.flatMap((item) => {
    if (item.kind !== 'name') {
      c.fail('bad-train-setting', item.at, {
        name: 'a metric',
        expected: 'the name of a function',
        hint: 'Declare it, so that its figure has a name: `fn error(p: f32, y: f32) -> f32 { ... }`.',
      });
      return [];
    }
    const fitted = fitLoss(c, item, target, label);
    return fitted ? [{ name: item.name.text, fn: fitted.fn }] : [];
  });
}
