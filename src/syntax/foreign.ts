/**
 * What people write who come from other languages, and what to say to them: words, signs and characters
 * that this language does not have. Tables only; the lexer and the parser look things up here.
 */

export interface ForeignSign {
  /** What to write for it, when that is certain. */
  readonly instead?: string;
  readonly hint: string;
}

export const FOREIGN_SIGNS: ReadonlyMap<string, ForeignSign> = new Map([
  ['===', { instead: '==', hint: 'Equality is `==`; there is only one kind.' }],
  ['!==', { instead: '!=', hint: 'Inequality is `!=`; there is only one kind.' }],
  ['<>', { instead: '!=', hint: 'Inequality is `!=`.' }],
  ['=<', { instead: '<=', hint: 'At most is `<=`.' }],
  [
    '::',
    {
      hint: 'Names are imported as they are: `import { relu } from "std/nn";`, then `relu(x)`. A case is `Colour.red`, in a pattern `red`; a type follows one colon.',
    },
  ],
  ['&', { instead: '&&', hint: 'And is `&&`; there are no bit operations.' }],
  ['^', { instead: '**', hint: 'A power is `**`, exclusive or is `^^`.' }],
  ['~', { instead: '!', hint: 'Not is `!`.' }],
  ['$', { hint: 'Names have no `$`.' }],
  ['\\', { hint: 'A lambda is `x => x + 1.0`; lines need no continuation sign.' }],
]);

/** Signs that would change a value. */
export const ASSIGNMENTS: readonly string[] = [':=', '+=', '-=', '*=', '/=', '%=', '++'];

/** Characters that look like ours; what they are read as. */
export const LOOK_ALIKES: ReadonlyMap<string, string> = new Map([
  ['–', '-'],
  ['—', '-'],
  ['−', '-'],
  ['‐', '-'],
  ['‑', '-'],
  ['×', '*'],
  ['·', '*'],
  ['⋅', '*'],
  ['∗', '*'],
  ['÷', '/'],
  ['∕', '/'],
  ['≤', '<='],
  ['≥', '>='],
  ['≠', '!='],
  ['＝', '='],
  ['≡', '=='],
  ['∧', '&&'],
  ['∨', '||'],
  ['¬', '!'],
  ['⊕', '^^'],
  ['⇒', '==>'],
  ['→', '->'],
  ['；', ';'],
  [';', ';'],
  ['，', ','],
  ['：', ':'],
  ['（', '('],
  ['）', ')'],
  ['｛', '{'],
  ['｝', '}'],
  ['［', '['],
  ['］', ']'],
  ['…', '...'],
  ['“', '"'],
  ['”', '"'],
  ['„', '"'],
  ['‘', '"'],
  ['’', '"'],
]);

/** Words that begin a declaration or statement elsewhere. `instead` is put in its place when it fits as it is. */
export const FOREIGN_WORDS: ReadonlyMap<string, ForeignSign> = new Map([
  ['def', { instead: 'fn', hint: 'A function begins with `fn`: `fn twice(x: f32) -> f32 { x + x }`.' }],
  ['function', { instead: 'fn', hint: 'A function begins with `fn`: `fn twice(x: f32) -> f32 { x + x }`.' }],
  ['func', { instead: 'fn', hint: 'A function begins with `fn`: `fn twice(x: f32) -> f32 { x + x }`.' }],
  ['fun', { instead: 'fn', hint: 'A function begins with `fn`: `fn twice(x: f32) -> f32 { x + x }`.' }],
  ['const', { instead: 'let', hint: 'A value gets its name with `let`; no value changes, so all are constants.' }],
  [
    'var',
    { instead: 'let', hint: 'A value gets its name with `let`. It does not change; what is learned is a `param`.' },
  ],
  ['val', { instead: 'let', hint: 'A value gets its name with `let`.' }],
  ['class', { instead: 'record', hint: 'Named fields together are a `record`; functions stand outside of it.' }],
  ['struct', { instead: 'record', hint: 'Named fields together are a `record`.' }],
  ['interface', { instead: 'record', hint: 'Named fields together are a `record`.' }],
  ['from', { hint: 'Write what is imported first: `import { relu } from "std/nn";`.' }],
  ['export', { hint: 'Everything at the top of a file can be imported; nothing needs to be exported.' }],
  ['pub', { hint: 'Everything at the top of a file can be imported; nothing needs to be made public.' }],
  ['async', { hint: 'There is nothing to wait for: a program is a function from tensors to tensors.' }],
  ['parameter', { instead: 'param', hint: 'What is learned begins with `param`.' }],
  ['assert_eq', { hint: 'Write `assert a == b;` inside of a `test`.' }],
]);

/** Words written for signs. */
export const WORD_SIGNS: ReadonlyMap<string, string> = new Map([
  ['and', '&&'],
  ['or', '||'],
  ['xor', '^^'],
  ['implies', '==>'],
  ['mod', '%'],
  ['is', '=='],
]);
