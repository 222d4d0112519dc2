/** `model.js` and `model.d.ts`: the runtime, the conversions of this model, and a loader; in a page, in a bundle and in Node. */
import { base64Encode } from '../num/bytes.ts';
import { RUNTIME } from './generated.ts';
import { printGet } from './get.ts';
import { leafCount } from './places.ts';
import { printPut } from './put.ts';
import { newText, quote } from './script.ts';
import type { Subject } from './subject.ts';
import { comment, printTypes } from './types.ts';

/** What the printed code calls. */
const CALLED = [
  'ModelError',
  'checkLength',
  'checkRange',
  'checkWeights',
  'copyTo',
  'fieldsOf',
  'largest',
  'modelOf',
  'noWeight',
  'openModel',
  'outOfRange',
  'putCase',
  'putNumbers',
  'putTruths',
  'refuse',
  'truthOf',
];

/** The module; with `inlined`, the bytes of `model.wasm` stand in it. */
export function scriptFile(subject: Subject, inlined?: Uint8Array): string {
  const known = new Map<string, string>();
  const [put, get] = [newText('    ', known), newText('    ', known)];
  printPut(subject.inputs, put);
  const inputs = subject.inputs.reduce((n, i) => n + leafCount(i.layout), 0);
  printGet(subject.output, inputs, get);
  const leaves = inputs + leafCount(subject.output);
  const code = [...put.lines, ...get.lines].join('\n');
  const used = CALLED.filter((name) => new RegExp(`\\b${name}\\b`).test(`${code}\n${ALWAYS}`));
  return `${head(subject)}
${RUNTIME}
const { ${used.join(', ')} } = sutra;
export { ModelError };
${[...known].map(([value, name]) => `const ${name} = ${value};\n`).join('')}
const convert = (f, [${Array.from({ length: leaves }, (_, i) => `a${i}`).join(', ')}]) => ({
  put(v, r) {
    let x, y;
${put.lines.join('\n')}
  },
  get(r, t) {
${get.lines.join('\n')}
  },
});

${inlined ? inlineLoader(subject, inlined) : fileLoader(subject)}`;
}

const ALWAYS = 'ModelError modelOf openModel';

const head = ({ function: name, program }: Subject): string =>
  `// Made by \`sutra build\` from ${JSON.stringify(program)}: ${name}. Not edited by hand.`;

const FETCHED = [
  'const fetched = async (url) => {',
  '  if (url.protocol !== "file:") return fetch(url);',
  // Not for bundlers, which make modules for pages.
  '  const node = "node:fs/promises";',
  '  const { readFile } = await import(/* @vite-ignore */ /* webpackIgnore: true */ node);',
  '  return readFile(url);',
  '};',
].join('\n');

const fileLoader = (subject: Subject): string => `${FETCHED}
export const load = async (source = new URL("./model.wasm", import.meta.url)) => {
  const url = typeof source === "string" ? new URL(source, import.meta.url) : source;
  const bytes = url instanceof URL ? fetched(url) : url;
  return modelOf(await openModel(await bytes, ${quote(subject.hashes.id)}), convert);
};
`;

const inlineLoader = (subject: Subject, bytes: Uint8Array): string => `const wasm = ${quote(base64Encode(bytes))};
export const load = async () => {
  const bytes = Uint8Array.from(atob(wasm), (letter) => letter.charCodeAt(0));
  return modelOf(await openModel(bytes, ${quote(subject.hashes.id)}), convert);
};
`;

/** The declarations that belong to it. */
export function typesFile(subject: Subject, isInlined: boolean): string {
  const { types, model } = printTypes(subject);
  const alarms = subject.graph.alarms.map((a) => a.message);
  const loader = isInlined
    ? 'export function load(): Promise<Model>;'
    : `export function load(source?: ModelSource): Promise<Model>;

/** A URL, the answer of a \`fetch\`, the bytes, or the module compiled already. */
export type ModelSource =
  | string
  | { readonly href: string }
  | { arrayBuffer(): Promise<ArrayBuffer> }
  | ArrayBuffer
  | ArrayBufferView
  | object;`;
  return `${head(subject)}

${types}

${model}export interface Model {
  /** One row. With \`into\`, a result of an earlier call, that object is filled again and nothing is allocated. */
  run(inputs: Inputs, into?: Output): Output;
  /** Many rows, in blocks where that is quicker; the same bits as \`run\` on each. */
  runAll(rows: readonly Inputs[], into?: Output[]): Output[];
  /** What the last call has to report: a loop that reached its bound.${alarms.length > 0 ? '' : ' This model has none.'} */
  readonly alarms: readonly string[];
  /** The memory itself: fill the inputs, \`step()\`, read the outputs. Nothing is checked, copied or allocated. */
  readonly raw: Block;
}

/** Views into the memory of a model, by paths such as \`flower.petal_length\`; a case is 1 among 0s, a truth or bool from -1 to 1. */
export interface Block {
  readonly rows: number;
  readonly inputs: Readonly<Record<string, Float32Array>>;
  readonly outputs: Readonly<Record<string, Float32Array>>;
  step(): void;
  fired(): readonly string[];
}

/** \`wrong-artefact\` comes from \`load\`, the others from \`run\` and \`runAll\`. */
export type ModelErrorCode = 'wrong-artefact' | 'missing-input' | 'wrong-value' | 'wrong-length' | 'out-of-range';

export class ModelError extends Error {
  readonly code: ModelErrorCode;
  /** The input, as \`flower.petal_length\`. */
  readonly path: string;
  /** The number of the row, from \`runAll\`. */
  readonly row: number | undefined;
}

${comment([isInlined ? 'Loads the model.' : 'Loads the model, from `model.wasm` beside this file or from where it is told.'], '')}${loader}
`;
}
