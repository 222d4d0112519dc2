/**
 * Random well-typed programs as text, over every expression form of the language that trains: enums, records, generic functions,
 * lambdas, crisp and soft branches, comprehensions, loops, learned numbers, choices and tables in every position and
 * parameters of every type. The same seed gives the same text. Layout (comments, blank space) is random too, since write-back must keep it.
 */
import { type Random, random } from './random.ts';

type Ty =
  | { k: 'f32' }
  | { k: 'bool' }
  | { k: 'truth' }
  | { k: 'enum'; e: EnumInfo }
  | { k: 'soft'; e: EnumInfo }
  | { k: 'index'; n: number }
  | { k: 'list'; of: Ty; n: number }
  | { k: 'vec'; n: number }
  | { k: 'mat'; n: number; m: number }
  | { k: 'rec'; r: RecordInfo }
  | { k: 'pair'; a: Ty; b: Ty };

interface EnumInfo {
  name: string;
  cases: string[];
}
interface RecordInfo {
  name: string;
  fields: { name: string; ty: Ty }[];
}
interface Var {
  name: string;
  ty: Ty;
}
interface FnInfo {
  name: string;
  params: Ty[];
  result: Ty;
}

interface World {
  r: Random;
  enums: EnumInfo[];
  records: RecordInfo[];
  fns: FnInfo[];
  params: Var[];
  fresh: number;
}

const F32: Ty = { k: 'f32' };
const BOOL: Ty = { k: 'bool' };
const TRUTH: Ty = { k: 'truth' };

const same = (a: Ty, b: Ty): boolean => show(a) === show(b);

function show(t: Ty): string {
  switch (t.k) {
    case 'enum':
      return t.e.name;
    case 'soft':
      return `Soft<${t.e.name}>`;
    case 'index':
      return `Index<${t.n}>`;
    case 'list':
      return `${show(t.of)}[${t.n}]`;
    case 'vec':
      return `f32[${t.n}]`;
    case 'mat':
      return `f32[${t.n}, ${t.m}]`;
    case 'rec':
      return t.r.name;
    case 'pair':
      return `(${show(t.a)}, ${show(t.b)})`;
    default:
      return t.k;
  }
}

/** A type of the world, values of which can be made at depth 0. */
function anyType(w: World, depth = 1): Ty {
  const { r } = w;
  const choices: (() => Ty)[] = [
    () => F32,
    () => F32,
    () => BOOL,
    () => TRUTH,
    () => ({ k: 'index', n: 1 + r.below(4) }),
    () => ({ k: 'vec', n: 1 + r.below(4) }),
    () => ({ k: 'mat', n: 1 + r.below(3), m: 1 + r.below(3) }),
  ];
  if (w.enums.length > 0) {
    choices.push(
      () => ({ k: 'enum', e: r.pick(w.enums) }),
      () => ({ k: 'soft', e: r.pick(w.enums) }),
    );
  }
  if (w.records.length > 0) choices.push(() => ({ k: 'rec', r: r.pick(w.records) }));
  if (depth > 0) choices.push(() => ({ k: 'pair', a: anyType(w, 0), b: anyType(w, 0) }));
  return r.pick(choices)();
}

const NUMBERS = ['0.5', '1.0', '-2.0', '3', '0.1', '1e-3', '36.6', '-0.0', '2.5e2', '7'];

/** Blank space and comments where a program may have them. */
function gap(r: Random): string {
  return r.chance(0.93) ? ' ' : r.pick(['  ', '\n    ', ' // why not\n  ', '\n\n  ']);
}

/** An expression of type `t` in scope `s`. `d` bounds the depth. */
function expr(w: World, s: readonly Var[], t: Ty, d: number): string {
  const { r } = w;
  const here = s.filter((v) => same(v.ty, t));
  const leaves: (() => string)[] = [() => literal(w, t, true)];
  for (const v of here)
    leaves.push(
      () => v.name,
      () => v.name,
    );
  for (const p of w.params)
    if (same(p.ty, t))
      leaves.push(
        () => p.name,
        () => p.name,
      );
  if (d <= 0) return r.pick(leaves)();
  const e = (ty: Ty, scope = s): string => expr(w, scope, ty, d - 1);
  const leaf = (): string => r.pick(leaves)();
  const forms: (() => string)[] = [leaf, leaf, ...general(w, s, t, d), ...special(w, s, t, e)];
  return r.pick(forms)();
}

/** Forms that give a value of any type. */
function general(w: World, s: readonly Var[], t: Ty, d: number): (() => string)[] {
  const { r } = w;
  const e = (ty: Ty, scope: readonly Var[] = s): string => expr(w, scope, ty, d - 1);
  const name = (): string => `v${w.fresh++}`;
  const forms: (() => string)[] = [
    () => `if ${e(BOOL)} {${gap(r)}${e(t)} } else { ${e(t)} }`,
    () => {
      const v = name();
      const ty = anyType(w);
      return `{${gap(r)}let ${v}: ${show(ty)} = ${e(ty)};${gap(r)}${e(t, [...s, { name: v, ty }])} }`;
    },
    () => loop(w, s, t, d),
    () => {
      const v = name();
      const scope = [...s, { name: v, ty: t }];
      // The condition has no loop of its own: a bound inside it could not be reported (SU0413).
      const cond = r.chance(0.3) ? expr(w, scope, BOOL, 0) : `${expr(w, scope, F32, 0)} < ${expr(w, scope, F32, 0)}`;
      return `iterate ${v} = ${e(t)} while ${cond} max ${1 + r.below(4)} { ${e(t, scope)} }`;
    },
    () => choice(r, [e(t), e(t), ...(r.chance(0.5) ? [e(t)] : [])]),
    () => {
      const v = name();
      const ty = anyType(w, 0);
      return `{ let (${v}a, ${v}b) = (${e(ty)}, ${e(t)}); ${e(t, [...s, { name: `${v}a`, ty }, { name: `${v}b`, ty: t }])} }`;
    },
  ];
  if (w.enums.length > 0) {
    const en = r.pick(w.enums);
    forms.push(() => {
      const arms = en.cases.slice(0, -1).map((c) => `${c} => ${e(t)}`);
      return `match ${e({ k: 'enum', e: en })} { ${[...arms, `_ => ${e(t)}`].join(`,${gap(r)}`)} }`;
    });
  }
  forms.push(() => {
    const n = 2 + r.below(3);
    return `match ${e({ k: 'index', n })} { ${r.below(n)} => ${e(t)},${gap(r)}_ => ${e(t)} }`;
  });
  for (const rec of w.records) {
    for (const f of rec.fields) {
      if (!same(f.ty, t)) continue;
      forms.push(() => `(${e({ k: 'rec', r: rec })}).${f.name}`);
    }
  }
  for (const f of w.fns) if (same(f.result, t)) forms.push(() => `${f.name}(${f.params.map((p) => e(p)).join(', ')})`);
  return forms;
}

/** One of written options, with its number or without. */
function choice(r: Random, options: readonly string[]): string {
  const number = r.chance(0.5) ? `${gap(r)}${r.below(options.length)}` : '';
  return `${r.pick(['choose', 'pick'])}${number} {${gap(r)}${options.join(`,${gap(r)}`)} }`;
}

function loop(w: World, s: readonly Var[], t: Ty, d: number): string {
  const { r } = w;
  const state = `s${w.fresh++}`;
  const n = 1 + r.below(3);
  const item = `x${w.fresh++}`;
  const scope: Var[] = [...s, { name: state, ty: t }, { name: item, ty: F32 }];
  const source = expr(w, s, { k: 'vec', n }, d - 1);
  return `fold ${state} = ${expr(w, s, t, d - 1)} for ${item} in ${source} { ${expr(w, scope, t, d - 1)} }`;
}

/** Forms that belong to one type. */
function special(w: World, s: readonly Var[], t: Ty, e: (ty: Ty, scope?: readonly Var[]) => string): (() => string)[] {
  const { r } = w;
  const n = 1 + r.below(4);
  const i = `i${w.fresh++}`;
  const x = `x${w.fresh++}`;
  const inLoop: Var[] = [...s, { name: x, ty: F32 }];
  const en = w.enums.length > 0 ? r.pick(w.enums) : undefined;
  switch (t.k) {
    case 'f32':
      return [
        () => `(${e(F32)} ${r.pick(['+', '-', '*', '/'])}${gap(r)}${e(F32)})`,
        () => `(-(${e(F32)}))`,
        () => `?${r.pick(NUMBERS)}`,
        () => `?${r.pick(NUMBERS)}`,
        () =>
          `${r.pick(['exp', 'tanh', 'sigmoid', 'sin', 'cos', 'erf', 'abs', 'relu', 'softplus', 'sqrt', 'log', 'floor', 'round', 'sign'])}(${e(F32)})`,
        () => `${r.pick(['min', 'max'])}(${e(F32)}, ${e(F32)})`,
        () => `(${e(F32)}) ** ${r.pick(['2', '3', '0.5'])}`,
        () => `${r.pick(['sum', 'mean', 'max', 'min'])}(${e({ k: 'vec', n })})`,
        () => `sum(for ${i} in 0..${n}: (${e({ k: 'vec', n })})[${i}] * f32(${i}))`,
        () => `(${e({ k: 'vec', n: n + 1 })})[${r.below(n + 1)}]`,
        () => `dot(${e({ k: 'vec', n })}, ${e({ k: 'vec', n })})`,
        () => `if ${e(TRUTH)} { ${e(F32)} } else { ${e(F32)} }`,
        () => `(${e(F32)} |> ${r.pick(['exp', 'tanh', 'relu'])}())`,
        () => `twice(${x} => ${e(F32, inLoop)}, ${e(F32)})`,
        ...(en
          ? [
              () => `(${e({ k: 'soft', e: en })}).${r.pick(en.cases)}`,
              () => `match ${e({ k: 'soft', e: en })} { ${en.cases.map((c) => `${c} => ${e(F32)}`).join(', ')} }`,
            ]
          : []),
      ];
    case 'bool':
      return [
        () => `(${e(F32)} ${r.pick(['<', '<=', '>', '>=', '==', '!='])} ${e(F32)})`,
        () => `(${e(BOOL)} ${r.pick(['&&', '||', '^^', '==>'])} ${e(BOOL)})`,
        () => `!${e(BOOL)}`,
        ...(en ? [() => `(${e({ k: 'enum', e: en })} == ${r.pick(en.cases)})`] : []),
      ];
    case 'truth':
      return [
        () => `less(${e(F32)}, ${e(F32)}, ${r.pick(['0.5', '1.0', '?0.25'])})`,
        () => `(${e(TRUTH)} ${r.pick(['&&', '||', '^^', '==>'])} ${e(TRUTH)})`,
        () => `!${e(TRUTH)}`,
        () => `clamp(${e(F32)}, -1, 1)`,
        () => `tanh(${e(F32)})`,
      ];
    case 'enum':
      return [
        () => `argmax({ ${t.e.cases.map((c) => `${c}: ${e(F32)}`).join(', ')} })`,
        () => `argmax(${e({ k: 'soft', e: t.e })})`,
      ];
    case 'index':
      return [
        () => `((${e({ k: 'index', n })} + ${e(t)}) % ${t.n})`,
        () => `((${e({ k: 'index', n })} * ${e({ k: 'index', n: 3 })}) % ${t.n})`,
        () => `((${e(t)} + ${t.n} - ${e(t)}) % ${t.n})`,
        () => `argmax(${e({ k: 'vec', n: t.n })})`,
        () => `(${e({ k: 'list', of: t, n })})[${r.below(n)}]`,
      ];
    case 'list':
      return [() => `[for ${x} in ${e({ k: 'vec', n: t.n })}: ${e(t.of, inLoop)}]`];
    case 'soft':
      return [() => `softmax({ ${t.e.cases.map((c) => `${c}: ${e(F32)}`).join(`,${gap(r)}`)} })`];
    case 'vec':
      return [
        () => `(${e(t)} ${r.pick(['+', '-', '*', '/'])} ${e(t)})`,
        () => `(${e(F32)} * ${e(t)})`,
        () => `${r.pick(['exp', 'tanh', 'sigmoid', 'relu'])}(${e(t)})`,
        () => `[for ${i} in 0..${t.n}: ${e(F32)} + f32(${i})]`,
        () => `[for ${x} in ${e(t)}:${gap(r)}${e(F32, inLoop)}]`,
        () => `(${e({ k: 'mat', n: t.n, m: n })} @ ${e({ k: 'vec', n })})`,
        () => `(${e({ k: 'mat', n: n, m: t.n })})[${r.below(n)}]`,
        () => `(${e({ k: 'vec', n: t.n + 1 })})[1..${t.n + 1}]`,
        () => {
          const state = `s${w.fresh++}`;
          return `scan ${state} = ${e(F32)} for ${x} in ${e(t)} { ${e(F32, [...inLoop, { name: state, ty: F32 }])} }`;
        },
        () => `affine(${e({ k: 'mat', n: t.n, m: n })}, ${e({ k: 'vec', n })}, ${e(t)})`,
      ];
    case 'mat':
      return [
        () => `(${e(t)} ${r.pick(['+', '-', '*'])} ${e(t)})`,
        () => `[for ${x} in ${e({ k: 'vec', n: t.n })}: ${e({ k: 'vec', n: t.m }, inLoop)}]`,
        () => `(${e({ k: 'mat', n: t.n, m: n })} @ ${e({ k: 'mat', n, m: t.m })})`,
        () => `transpose(${e({ k: 'mat', n: t.m, m: t.n })})`,
      ];
    case 'rec':
      return [
        () => `${t.r.name} { ${t.r.fields.map((f) => `${f.name}: ${e(f.ty)}`).join(`,${gap(r)}`)} }`,
        () => {
          const f = r.pick(t.r.fields);
          return `{ ...${e(t)}, ${f.name}: ${e(f.ty)} }`;
        },
      ];
    case 'pair':
      return [() => `(${e(t.a)}, ${e(t.b)})`];
    default:
      return t satisfies never;
  }
}

/** A closed value of type `t` without learned numbers. With `alone`, an index says its type, since nothing around it does. */
function literal(w: World, t: Ty, alone = false): string {
  const { r } = w;
  const list = (n: number, item: () => string): string =>
    `[${Array.from({ length: n }, item).join(r.chance(0.9) ? ', ' : ',\n    ')}]`;
  const num = (): string => {
    const text = r.pick(NUMBERS);
    return text.startsWith('-') ? `(${text})` : text;
  };
  switch (t.k) {
    case 'f32':
      return num();
    case 'bool':
      return r.pick(['true', 'false']);
    case 'truth':
      return r.pick(['true', 'false', 'tanh(0.5)']);
    case 'enum':
      return `${t.e.name}.${r.pick(t.e.cases)}`;
    case 'soft':
      return `softmax({ ${t.e.cases.map((c) => `${c}: ${num()}`).join(', ')} })`;
    case 'index':
      return alone ? `{ let k: Index<${t.n}> = ${r.below(t.n)}; k }` : String(r.below(t.n));
    case 'list':
      return list(t.n, () => literal(w, t.of, alone));
    case 'vec':
      return list(t.n, num);
    case 'mat':
      return list(t.n, () => list(t.m, num));
    case 'rec':
      return `${t.r.name} { ${t.r.fields.map((f) => `${f.name}: ${literal(w, f.ty, alone)}`).join(', ')} }`;
    case 'pair':
      return `(${literal(w, t.a, alone)}, ${literal(w, t.b, alone)})`;
    default:
      return t satisfies never;
  }
}

/** A parameter declaration: literals, initialisers, ranges, frozen ones, big tensors that go to a side file. */
function param(w: World, index: number): string {
  const { r } = w;
  const name = `p${index}`;
  const doc = r.chance(0.2) ? `/// parameter ${index}\n` : '';
  const head = r.chance(0.1) ? 'frozen param' : 'param';
  const tail = r.chance(0.3) ? ` // cm, ${index}` : '';
  const declare = (ty: Ty, text: string): string => {
    w.params.push({ name, ty });
    return `${doc}${head} ${text};${tail}`;
  };
  const number = (): string => r.pick(NUMBERS);
  const vec = (n: number): string => `[${Array.from({ length: n }, number).join(`,${gap(r)}`)}]`;
  const n = 1 + r.below(4);
  const m = 1 + r.below(3);
  const forms: (() => string)[] = [
    () => declare(F32, `${name} =${gap(r)}${number()}`),
    () => declare(F32, `${name}: f32 in [-1000, 1000] = 0.5`),
    () => declare({ k: 'vec', n }, `${name}: f32[${n}] = ${vec(n)}`),
    () =>
      declare({ k: 'mat', n, m }, `${name}: f32[${n}, ${m}] = [${Array.from({ length: n }, () => vec(m)).join(', ')}]`),
    () => declare({ k: 'mat', n, m }, `${name}: f32[${n}, ${m}] =${gap(r)}normal(scale = 0.1)`),
    () => declare({ k: 'vec', n }, `${name}: f32[${n}] = zeros()`),
    () => declare({ k: 'mat', n: 9, m: 8 }, `${name}: f32[9, 8] = uniform(-1, 1)`),
    () => declare(BOOL, `${name}: bool = ${r.pick(['true', 'false'])}`),
    () => crisp({ k: 'index', n: 1 + r.below(4) }),
    () => crisp(BOOL),
  ];
  /** A crisp value, an array of them, or an array that is computed. */
  const crisp = (of: Ty): string => {
    const list: Ty = { k: 'list', of, n };
    if (r.chance(0.3)) return declare(of, `${name}: ${show(of)} = ${literal(w, of)}`);
    const value = r.chance(0.5) ? literal(w, list) : `[for _i in 0..${n}: ${literal(w, of)}]`;
    return declare(list, `${name}: ${show(list)} =${gap(r)}${value}`);
  };
  if (w.enums.length > 0) {
    const e = r.pick(w.enums);
    forms.push(() => declare({ k: 'enum', e }, `${name}: ${e.name} = ${r.pick(e.cases)}`));
    forms.push(() => crisp({ k: 'enum', e }));
  }
  const plain = w.records.filter((rec) =>
    rec.fields.every((f) => ['f32', 'vec', 'mat', 'enum', 'bool', 'index'].includes(f.ty.k)),
  );
  if (plain.length > 0) {
    const rec = r.pick(plain);
    const value = `${rec.name} { ${rec.fields.map((f) => `${f.name}: ${f.ty.k === 'f32' ? number() : f.ty.k === 'vec' ? vec(f.ty.n) : literal(w, f.ty).replace(/[()]/g, '')}`).join(', ')} }`;
    forms.push(
      () =>
        `fn make${index}() -> ${rec.name} { ${value} }\n${declare({ k: 'rec', r: rec }, `${name}: ${rec.name} = make${index}()`)}`,
    );
    forms.push(() => declare({ k: 'rec', r: rec }, `${name}: ${rec.name} = ${value}`));
  }
  return r.pick(forms)();
}

/** A table: learned or fixed, with rows, wildcards and alternatives, or without rows. */
function table(w: World, index: number): string {
  const { r } = w;
  const name = `t${index}`;
  const keys = Array.from({ length: 1 + r.below(2) }, () => keyType(w));
  const result = cellType(w);
  w.fns.push({ name, params: keys.map((k) => k.ty), result });
  const learned = r.chance(0.8);
  const signature = keys.map((k, i) => `${r.chance(0.3) ? `k${i}: ` : ''}${show(k.ty)}`).join(', ');
  const head = `${learned ? `${r.chance(0.1) ? 'frozen ' : ''}param ` : ''}table ${name}(${signature}) -> ${show(result)}`;
  if (learned && r.chance(0.4)) return `${head};`;
  const part = (cases: readonly string[]): string =>
    r.chance(0.3) ? '_' : r.chance(0.2) ? `${r.pick(cases)} | ${cases[0]}` : r.pick(cases);
  const pattern = (): string => {
    const parts = keys.map((k) => part(k.cases));
    return parts.length === 1 ? (parts[0] ?? '_') : `(${parts.join(', ')})`;
  };
  const rows = Array.from({ length: r.below(5) }, pattern).concat('_');
  const value = (): string => (result.k === 'f32' && r.chance(0.2) ? '1.0 / 3.0' : literal(w, result));
  return `${head} {${gap(r)}${rows.map((row) => `${row} -> ${value()}`).join(`,${gap(r)}`)}${gap(r)}}`;
}

interface Key {
  ty: Ty;
  cases: string[];
}

/** A type with cases, and how they are written in patterns. */
function keyType(w: World): Key {
  const { r } = w;
  const n = 1 + r.below(4);
  const kinds: (() => Key)[] = [
    () => ({ ty: BOOL, cases: ['true', 'false'] }),
    () => ({ ty: { k: 'index', n }, cases: Array.from({ length: n }, (_, i) => String(i)) }),
  ];
  if (w.enums.length > 0) {
    const e = r.pick(w.enums);
    kinds.push(() => ({ ty: { k: 'enum', e }, cases: e.cases }));
  }
  return r.pick(kinds)();
}

const inCells = (t: Ty): boolean =>
  t.k === 'rec'
    ? t.r.fields.every((f) => inCells(f.ty))
    : t.k === 'pair'
      ? inCells(t.a) && inCells(t.b)
      : !['soft', 'truth'].includes(t.k);

function cellType(w: World): Ty {
  for (let tries = 0; tries < 20; tries++) {
    const t = anyType(w);
    if (inCells(t)) return t;
  }
  return F32;
}

/** The text of a whole program. */
export function randomProgram(seed: number): string {
  const r = random(seed);
  const w: World = { r, enums: [], records: [], fns: [], params: [], fresh: 0 };
  const parts: string[] = [];
  if (r.chance(0.3)) parts.push(`/// A random program, seed ${seed}.`);
  if (r.chance(0.4)) parts.push(`use logic ${r.pick(['kleene', 'product', 'lukasiewicz', 'godel'])};`);
  for (let i = r.below(3); i > 0; i--) {
    const e: EnumInfo = { name: `E${w.enums.length}`, cases: [] };
    for (let c = 2 + r.below(3); c > 0; c--) e.cases.push(`${'abcd'[w.enums.length] ?? 'z'}${c}`);
    w.enums.push(e);
    parts.push(`enum ${e.name} { ${e.cases.join(', ')} }`);
  }
  for (let i = r.below(3); i > 0; i--) {
    const fields = Array.from({ length: 1 + r.below(3) }, (_, k) => ({ name: `f${k}`, ty: anyType(w, 0) }));
    const rec: RecordInfo = { name: `R${w.records.length}`, fields };
    w.records.push(rec);
    parts.push(`record ${rec.name} {\n  ${fields.map((f) => `${f.name}: ${show(f.ty)}`).join(',\n  ')},\n}`);
  }
  for (let i = 1 + r.below(4); i > 0; i--) parts.push(param(w, i));
  for (let i = w.r.below(3); i > 0; i--) parts.push(table(w, i));
  parts.push('fn affine<n, m>(w: f32[m, n], x: f32[n], b: f32[m]) -> f32[m] { w @ x + b }');
  parts.push('fn twice(f: (f32) -> f32, x: f32) -> f32 { f(f(x)) }');
  for (let i = 1 + r.below(3); i > 0; i--) parts.push(fn(w, `g${i}`, 2));
  parts.push(fn(w, 'main', 3));
  return `${parts.join(r.chance(0.8) ? '\n\n' : '\n')}\n`;
}

function fn(w: World, name: string, depth: number): string {
  const params = Array.from(
    { length: 1 + w.r.below(3) },
    (_, k): Var => ({ name: `${'xyz'[k] ?? 'q'}`, ty: anyType(w) }),
  );
  const result = anyType(w);
  const body = expr(w, params, result, depth);
  w.fns.push({ name, params: params.map((p) => p.ty), result });
  return `fn ${name}(${params.map((p) => `${p.name}: ${show(p.ty)}`).join(', ')}) -> ${show(result)} {${gap(w.r)}${body}\n}`;
}
