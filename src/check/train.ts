/**
 * The `train` block: every setting read to a compile-time value, the loss fitted to what the target gives, and
 * the optimizer found. What is wrong is said at the setting, with the other end of the disagreement.
 */
import type { Expr, FieldInit, Name } from '../syntax/ast.ts';
import { nearest } from '../text/nearest.ts';
import { must } from '../text/result.ts';
import { ExpressionChecker } from './checker.ts';
import type { Checker } from './context.ts';
import {
  type Core,
  type DataDecl,
  type FnDecl,
  type HoleDecl,
  SEARCH_MODES,
  type SearchMode,
  type TrainDecl,
} from './core.ts';
import { reportCreators } from './creators.ts';
import { newFrame } from './frames.ts';
import type { DeclOf, ModuleUnit } from './module.ts';
import { showType } from './show.ts';
import { readLoss } from './train-loss.ts';
import { readClassWeights, readNumbers } from './train-numbers.ts';
import { readOptimizer, readSchedule } from './train-steps.ts';
import type { Type } from './types.ts';
import { leavesOf } from './values.ts';
import { childrenOf } from './walk.ts';

export const SETTINGS = [
  'data',
  'loss',
  'optimizer',
  'schedule',
  'epochs',
  'batch',
  'holdout',
  'seed',
  'surrogate',
  'clip',
  'patience',
  'class_weights',
  'metrics',
  'search',
  'price',
  'restarts',
] as const;
export type Setting = (typeof SETTINGS)[number];
export type Settings = ReadonlyMap<Setting, FieldInit>;

export function checkTrain(unit: ModuleUnit, ast: DeclOf<'train'>): TrainDecl | undefined {
  const c = new ExpressionChecker(unit, newFrame('train', 'no'), unit.world.problems, false);
  const before = unit.world.problems.filter((p) => p.severity === 'error').length;
  const target = readTarget(c, unit, ast.target);
  const settings = readSettings(c, ast);
  const train = c.scope.within(() => build(c, ast, target, settings));
  unit.world.ensureAll([...c.frame.reads.keys()]);
  reportCreators(unit.world, c.frame.reads);
  if (train?.search === 'gradient') reportChoices(c, unit);
  const failed = unit.world.problems.filter((p) => p.severity === 'error').length > before;
  return failed ? undefined : train;
}

function readTarget(c: Checker, unit: ModuleUnit, name: Name): FnDecl | undefined {
  const meaning = unit.find(name.text);
  if (meaning?.kind === 'error') return undefined;
  if (meaning?.kind !== 'fn') {
    const near = nearest(
      name.text,
      unit.fns.map((f) => f.decl.name),
    );
    const hint = meaning
      ? 'A `train` block names a function.'
      : near
        ? `Did you mean \`${near}\`?`
        : 'A `train` block names a function of this file.';
    c.fail(
      'unknown-name',
      name.at,
      { name: name.text, hint },
      near ? { fix: { title: `write \`${near}\``, at: name.at, insert: near } } : {},
    );
    return undefined;
  }
  const { decl } = meaning;
  c.frame.reads.set(decl, name.at);
  if (decl.generics.length === 0 && decl.params.every((p) => p.type.kind !== 'fn')) return decl;
  const hint = 'The trained function has inputs of known types: no generic parameters and no functions as arguments.';
  c.fail(
    'bad-train-setting',
    name.at,
    { name: 'the trained function', expected: 'a function on data', hint },
    { also: [{ at: decl.at, text: 'declared here' }] },
  );
  return undefined;
}

function readSettings(c: Checker, ast: DeclOf<'train'>): Settings {
  const settings = new Map<Setting, FieldInit>();
  for (const field of ast.settings) {
    const { text, at } = field.name;
    const key = SETTINGS.find((s) => s === text);
    if (!key) {
      const near = nearest(text, SETTINGS);
      const hint = near ? `Did you mean \`${near}\`?` : `The settings are ${SETTINGS.join(', ')}.`;
      c.fail(
        'unknown-setting',
        at,
        { where: '`train`', name: text, hint },
        near ? { fix: { title: `write \`${near}\``, at, insert: near } } : {},
      );
    } else if (settings.has(key))
      c.fail(
        'given-twice',
        at,
        { name: text },
        { also: [{ at: must(settings.get(key)).name.at, text: 'first here' }] },
      );
    else settings.set(key, field);
  }
  return settings;
}

function build(
  c: Checker,
  ast: DeclOf<'train'>,
  target: FnDecl | undefined,
  settings: Settings,
): TrainDecl | undefined {
  const data = readData(c, ast, settings);
  const numbers = readNumbers(c, settings);
  const optimizer = readOptimizer(c, ast.at, settings);
  const schedule = readSchedule(c, settings);
  const classWeights = readClassWeights(c, settings);
  const fitted = target && readLoss(c, ast, target, settings);
  if (!target || !data || !optimizer || !fitted) return undefined;
  return {
    at: ast.at,
    target,
    data,
    ...fitted,
    optimizer,
    ...(schedule && { schedule }),
    ...numbers,
    search: readSearch(c, settings),
    ...(classWeights && { classWeights }),
  };
}

/** Choices of this file that a search by gradients alone leaves as they are written. */
function reportChoices(c: Checker, unit: ModuleUnit): void {
  for (const value of unit.values) {
    const decl = value.found();
    if (decl?.kind !== 'param' || decl.frozen) continue;
    const crisp = leavesOf(decl.type).filter((t) => CRISP.includes(t.kind));
    if (crisp.length > 0)
      c.warn('never-learned', decl.at, { name: decl.name, what: `a choice of ${showType(decl.type)}` });
  }
  const seen = new Set<HoleDecl>();
  for (const { decl } of unit.fns)
    for (const hole of decl.body ? holesOf(decl.body) : []) {
      if (!hole.choice || seen.has(hole)) continue;
      seen.add(hole);
      c.warn('never-learned', hole.choice.wordAt, {
        name: hole.name,
        what: `a choice of ${hole.choice.bits.length} options`,
      });
    }
}

const CRISP: readonly Type['kind'][] = ['bool', 'enum', 'index'];

function holesOf(e: Core): readonly HoleDecl[] {
  return e.kind === 'hole' ? [e.hole] : childrenOf(e).flatMap(holesOf);
}

/** `search: anneal`: how choices are found. */
function readSearch(c: Checker, settings: Settings): SearchMode {
  const e = settings.get('search')?.value;
  if (!e) return 'auto';
  const name = e.kind === 'name' ? e.name.text : undefined;
  const mode = SEARCH_MODES.find((m) => m === name);
  if (mode) return mode;
  const near = name && nearest(name, SEARCH_MODES);
  const hint = near ? `Did you mean \`${near}\`?` : `It is one of ${SEARCH_MODES.join(', ')}.`;
  c.fail('bad-train-setting', e.at, { name: '`search`', expected: 'the name of a way to search', hint });
  return 'auto';
}

// --- data ---

const DATA_KINDS = ['csv', 'safetensors'] as const;

function readData(c: Checker, ast: DeclOf<'train'>, settings: Settings): DataDecl | undefined {
  const field = settings.get('data');
  if (!field)
    return void c.fail('missing-setting', ast.target.at, {
      name: 'data',
      hint: 'For instance `data: csv("iris.csv", label = "species"),`.',
    });
  const e = field.value;
  const name = e.kind === 'call' && e.fn.kind === 'name' ? e.fn.name.text : undefined;
  const kind = DATA_KINDS.find((k) => k === name);
  if (e.kind !== 'call' || !kind) {
    const near = name && nearest(name, DATA_KINDS);
    const hint = near
      ? `Did you mean \`${near}\`?`
      : 'Data is `csv("file.csv", label = "column")` or `safetensors("file.safetensors", label = "tensor")`.';
    return void c.fail('bad-train-setting', e.at, { name: '`data`', expected: 'a table', hint });
  }
  const file = e.args.find((a, i) => a.name?.text === 'file' || (!a.name && i === 0));
  const label = e.args.find((a, i) => a.name?.text === 'label' || (!a.name && i === 1));
  const odd = e.args.find((a) => a !== file && a !== label);
  if (odd) {
    const near = odd.name && nearest(odd.name.text, ['file', 'label']);
    return void c.fail('unknown-argument', odd.at, {
      name: kind,
      argument: odd.name?.text ?? 'another',
      hint: near ? `Did you mean \`${near}\`?` : `It is declared as \`${kind}(file, label = ...)\`.`,
    });
  }
  const [fileText, labelText] = [file, label].map((a, i) => textOf(c, e, a?.value, i === 0 ? 'file' : 'label'));
  return fileText === undefined || labelText === undefined
    ? undefined
    : { kind, file: fileText, at: must(file).value.at, label: labelText };
}

function textOf(c: Checker, call: Expr, e: Expr | undefined, what: string): string | undefined {
  if (e?.kind === 'string') return e.value;
  if (e?.kind === 'error') return undefined;
  const hint =
    what === 'file'
      ? 'The first argument names the file: `csv("iris.csv", label = "species")`.'
      : 'It names the column of the right answers: `label = "species"`.';
  return void c.fail('bad-train-setting', e?.at ?? call.at, {
    name: e ? `\`${what}\`` : '`data`',
    expected: e ? 'a text in quotes' : `given \`${what}\``,
    hint,
  });
}
