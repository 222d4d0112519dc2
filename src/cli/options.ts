/**
 * The one table of verbs and options. It feeds the parser, `--help`, shell completion, the reference and the types
 * that the verbs see, so an option exists in all of them or in none.
 */
import { LATER_TARGETS, TARGETS } from '../artefact/targets.ts';

export interface OptionSpec {
  /** `flag` is present or not; `texts` may be given several times. */
  readonly kind: 'flag' | 'text' | 'texts' | 'number' | 'natural' | 'file';
  readonly short?: string;
  /** What stands for the value in the help. */
  readonly value?: string;
  readonly choices?: readonly string[];
  readonly doc: string;
}

export interface VerbSpec {
  /** Positional arguments as the help shows them. */
  readonly args: string;
  readonly min: number;
  readonly max: number;
  /** What shell completion offers for the arguments. */
  readonly complete: 'sutra-files' | 'files' | 'folders' | readonly string[];
  readonly doc: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
}

/** Options of every verb. */
export const COMMON = {
  json: { kind: 'flag', doc: 'results as JSON on standard output' },
  'message-format': {
    kind: 'text',
    value: 'FORMAT',
    choices: ['human', 'short', 'json', 'github'],
    doc: 'how errors and warnings are printed',
  },
  seed: { kind: 'natural', value: 'N', doc: 'random seed, instead of the one in the program' },
  backend: {
    kind: 'text',
    value: 'NAME',
    choices: ['reference', 'wasm', 'native', 'webgpu', 'onnxruntime'],
    doc: 'what runs the program (this version: reference, wasm, native)',
  },
  'fast-math': {
    kind: 'flag',
    doc: 'with `--backend native`: fuse products and sums, which is faster and may change bits',
  },
  threads: {
    kind: 'natural',
    value: 'N',
    doc: 'processors for large steps and long proofs (4, or what the machine has); the bits and the proofs are the same',
  },
  watch: { kind: 'flag', doc: 'run again whenever a file that was read changes (check, test, run)' },
  quiet: { kind: 'flag', short: 'q', doc: 'no progress and no warnings' },
  verbose: { kind: 'flag', short: 'v', doc: 'more detail' },
} as const satisfies Record<string, OptionSpec>;

const IN = {
  kind: 'texts',
  value: 'NAME=VALUE',
  doc: 'the value of an input, as JSON or as written in Sutra; several times',
} as const satisfies OptionSpec;

/** Boxes of inputs, for what is proved about them. */
const OVER = {
  over: {
    kind: 'texts',
    value: 'NAME=[LO, HI]|TABLE',
    doc: 'the box of an input, or a table with boxes around its rows; several times (default: declared ranges)',
  },
  radius: { kind: 'number', value: 'R', doc: 'how far a number may be from that of its row' },
  rows: { kind: 'natural', value: 'N', doc: 'rows of the table, from the first on (all)' },
} as const satisfies Record<string, OptionSpec>;

export const STAGES = ['tokens', 'tree', 'types', 'sites', 'graph', 'ready', 'kernels', 'gradient', 'source'] as const;
export const ALL_TARGETS = [...TARGETS, ...LATER_TARGETS] as const;
export const TEMPLATES = ['rules', 'mlp', 'automaton', 'blank'] as const;
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

export const VERBS = {
  new: {
    args: 'DIR',
    min: 1,
    max: 1,
    complete: 'folders',
    doc: 'start a program: source, data, a test, a README',
    options: { template: { kind: 'text', value: 'NAME', choices: TEMPLATES, doc: 'what to start from (rules)' } },
  },
  check: {
    args: 'FILE...',
    min: 1,
    max: Number.POSITIVE_INFINITY,
    complete: 'sutra-files',
    doc: 'report every error and warning',
    options: {},
  },
  run: {
    args: 'FILE[:fn]',
    min: 1,
    max: 1,
    complete: 'sutra-files',
    doc: 'evaluate a function',
    options: {
      in: IN,
      data: { kind: 'file', value: 'F.csv', doc: 'run once per row of this table (- is standard input)' },
      out: { kind: 'file', value: 'F.csv', doc: 'write the table with the results here' },
      trace: { kind: 'flag', doc: 'print every named intermediate value with its line' },
    },
  },
  train: {
    args: 'FILE',
    min: 1,
    max: 1,
    complete: 'sutra-files',
    doc: 'learn the parameters and write them back into the source',
    options: {
      data: { kind: 'file', value: 'F', doc: 'another table than the one in the program' },
      epochs: { kind: 'natural', value: 'N', doc: 'passes over the data' },
      rate: { kind: 'number', value: 'X', doc: 'learning rate' },
      out: { kind: 'file', value: 'F.su', doc: 'write the trained source here; FILE stays as it is' },
      'no-write': { kind: 'flag', doc: 'write no source; the run folder keeps the result' },
      resume: { kind: 'flag', doc: 'go on from the last checkpoint of this file' },
    },
  },
  decompile: {
    args: 'WEIGHTS.safetensors|MODEL.onnx',
    min: 1,
    max: 1,
    complete: 'files',
    doc: 'write weights at the marks of a source, or a source for a model',
    options: {
      into: { kind: 'file', value: 'FILE.su', doc: 'the source whose parameters they are' },
      out: { kind: 'file', short: 'o', value: 'F.su', doc: 'write the result here; the source stays as it is' },
    },
  },
  import: {
    args: 'MODEL.onnx',
    min: 1,
    max: 1,
    complete: 'files',
    doc: 'the same as decompile MODEL.onnx: a source for a model',
    options: { out: { kind: 'file', short: 'o', value: 'F.su', doc: 'the source to write' } },
  },
  certify: {
    args: 'FILE | MODEL.onnx... SPEC.vnnlib',
    min: 1,
    max: Number.POSITIVE_INFINITY,
    complete: 'files',
    doc: 'recompile from nothing and compare the graph and every bit; with --proof: replay proofs',
    options: {
      proof: { kind: 'file', value: 'F.json', doc: 'a certificate of `sutra prove`: every proof in it is replayed' },
      against: {
        kind: 'file',
        value: 'F',
        doc: 'a certificate, what `simplify` or `freeze` filed, or a weights file (default: the last run of FILE)',
      },
    },
  },
  prove: {
    args: 'FILE.su [TITLE] | MODEL.onnx... SPEC.vnnlib',
    min: 1,
    max: Number.POSITIVE_INFINITY,
    complete: 'files',
    doc: 'prove or refute the properties of a program, or one of networks (one model per network that the specification declares)',
    options: {
      timeout: { kind: 'text', value: 'TIME', doc: 'when to give up on a property: 500ms, 60s, 2min (60s)' },
      certificate: { kind: 'file', value: 'F.json', doc: 'file the proofs, for `sutra certify --proof`' },
      in: IN,
    },
  },
  simplify: {
    args: 'FILE[:fn]',
    min: 1,
    max: 1,
    complete: 'sutra-files',
    doc: 'shorter numbers, proved to change no output by more than E over a box of inputs',
    options: {
      within: { kind: 'number', value: 'E', doc: 'the most that an output may differ' },
      ...OVER,
      out: { kind: 'file', short: 'o', value: 'OUT.su', doc: 'the program to write; FILE stays as it is' },
    },
  },
  freeze: {
    args: 'FILE',
    min: 1,
    max: 1,
    complete: 'sutra-files',
    doc: 'learned marks as plain code: the same function, bit for bit, with a certificate of every change',
    options: { out: { kind: 'file', short: 'o', value: 'OUT.su', doc: 'the program to write; FILE stays as it is' } },
  },
  test: {
    args: 'FILE...',
    min: 1,
    max: Number.POSITIVE_INFINITY,
    complete: 'sutra-files',
    doc: 'run the test blocks and the examples in doc comments',
    options: {},
  },
  fmt: {
    args: 'FILE...',
    min: 1,
    max: Number.POSITIVE_INFINITY,
    complete: 'sutra-files',
    doc: 'lay the source out in the one style',
    options: { check: { kind: 'flag', doc: 'change nothing; exit 3 when a file would change' } },
  },
  diff: {
    args: 'A[:fn] B',
    min: 2,
    max: 2,
    complete: 'sutra-files',
    doc: 'compare two programs parameter by parameter, and their outputs over a box',
    options: OVER,
  },
  explain: {
    args: 'FILE[:fn] | CODE',
    min: 1,
    max: 1,
    complete: 'sutra-files',
    doc: 'show a stage of the compilation, the steps of one evaluation, or the page of an error',
    options: {
      stage: { kind: 'text', value: 'STAGE', choices: STAGES, doc: 'which stage' },
      in: IN,
    },
  },
  build: {
    args: 'FILE[:fn]',
    min: 1,
    max: 1,
    complete: 'sutra-files',
    doc: 'make files of a function that run without sutra',
    options: {
      target: {
        kind: 'text',
        value: 'TARGET',
        choices: ALL_TARGETS,
        doc: 'wasm: model.wasm and an ES module; js: one ES module; c: one pair of files (this version: wasm, js, c)',
      },
      out: { kind: 'file', short: 'o', value: 'DIR', doc: 'the folder to write into (default: FILE-TARGET)' },
    },
  },
  bench: {
    args: 'FILE[:fn]',
    min: 1,
    max: 1,
    complete: 'sutra-files',
    doc: 'measure a function on made-up inputs, and an epoch of training, with each backend side by side',
    options: {
      rows: { kind: 'natural', value: 'N', doc: 'rows of a batch (256)' },
      data: { kind: 'file', value: 'F', doc: 'another table to train from than the one in the program' },
    },
  },
  completions: {
    args: 'SHELL',
    min: 1,
    max: 1,
    complete: SHELLS,
    doc: `print the completion script for ${SHELLS.join(', ')}`,
    options: {},
  },
  doctor: { args: '', min: 0, max: 0, complete: [], doc: 'what is installed here, and what is missing', options: {} },
} as const satisfies Record<string, VerbSpec>;

export type VerbName = keyof typeof VERBS;

/** Verbs that the language has a place for and this version has not. */
export const LATER = ['lsp', 'studio', 'repl'] as const;

type ValueOf<O extends OptionSpec> = O['kind'] extends 'flag'
  ? boolean
  : O['kind'] extends 'texts'
    ? readonly string[]
    :
        | (O['kind'] extends 'number' | 'natural' ? number : O extends { choices: readonly (infer C)[] } ? C : string)
        | undefined;

/** The parsed options of a verb: its own and the common ones, by their long names. */
export type OptionsOf<V extends VerbName> = {
  readonly [K in keyof (typeof VERBS)[V]['options']]: (typeof VERBS)[V]['options'][K] extends OptionSpec
    ? ValueOf<(typeof VERBS)[V]['options'][K]>
    : never;
} & CommonOptions;

export type CommonOptions = { readonly [K in keyof typeof COMMON]: ValueOf<(typeof COMMON)[K]> };
