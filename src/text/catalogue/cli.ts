/** SU08xx: files, options and the command line. */
import type { Entry } from '../problem.ts';

export const CLI = {
  'cannot-read': {
    id: 'SU0801',
    severity: 'error',
    title: 'cannot read {file}',
    help: '{reason}',
  },
  'cannot-write': {
    id: 'SU0802',
    severity: 'error',
    title: 'cannot write {file}',
    help: '{reason} Every file is as it was.',
  },
  locked: {
    id: 'SU0803',
    severity: 'error',
    title: '{file} is being trained already',
    help: 'Process {process} holds {lock}; wait for it to end. If no such process runs, delete that file.',
  },
  'changed-on-disk': {
    id: 'SU0804',
    severity: 'error',
    title: '{file} was changed while it was being trained',
    help: 'It was left as it is; the trained source is {saved}.',
  },
  'bad-input': {
    id: 'SU0805',
    severity: 'error',
    title: '`--in {input}` cannot be read',
    help: 'An input is written `name=value`, with the value as JSON or as in Sutra; {reason}.',
  },
  'backend-not-here': {
    id: 'SU0806',
    severity: 'error',
    title: 'the backend `{name}` is not in this version',
    help: 'This version has `reference`, whose bits are the ones all others must give, and `wasm` and `native`, which give them faster.',
  },
  'folder-not-empty': {
    id: 'SU0807',
    severity: 'error',
    title: '{folder} is not empty',
    help: '`sutra new` writes only into a folder that is new or empty; choose another name.',
  },
  'nothing-to-resume': {
    id: 'SU0808',
    severity: 'error',
    title: 'there is no interrupted training of {file}',
    help: 'Runs are kept in {folder}; train without `--resume`.',
  },
  'nothing-to-compare': {
    id: 'SU0809',
    severity: 'error',
    title: 'there is no certificate of {file}',
    help: 'Its runs would be in {folder}; name a certificate or a weights file with `--against`.',
  },
  'bad-over': {
    id: 'SU0812',
    severity: 'error',
    title: '`--over {word}` cannot be read',
    help: 'A box is written `name=[lo, hi]`, with ends as JSON or as in Sutra, or it is the name of a table; {reason}.',
  },
  'unknown-code': {
    id: 'SU0810',
    severity: 'error',
    title: 'there is no error {code}',
    help: '{hint}',
  },
  'bad-table': {
    id: 'SU0811',
    severity: 'error',
    title: '{file} is not a table: line {line}',
    help: '{reason}',
  },
  'out-of-memory': {
    id: 'SU0841',
    severity: 'error',
    title: 'the program needs {size} of memory at once, and there is not so much',
    help: 'Nothing was written. A smaller `batch` or smaller tensors need less; `sutra explain --stage kernels` shows what needs most.',
  },
  'thread-lost': {
    id: 'SU0840',
    severity: 'error',
    title: 'a thread did not finish its part of a step',
    help: 'There is no result of that step, and nothing was written. Go on with `--threads 1`; the bits are the same.',
  },
  'native-missing': {
    id: 'SU0820',
    severity: 'warning',
    title: 'the backend `native` needs {what}; `wasm` runs the program, with the same bits',
    help: '{hint}',
  },
  'native-failed': {
    id: 'SU0821',
    severity: 'warning',
    title: '{compiler} did not make a library of a plan; `wasm` runs it, with the same bits',
    help: '{reason}',
  },
  'bits-may-differ': {
    id: 'SU0822',
    severity: 'warning',
    title: 'with `--fast-math` bits may differ from those of the reference',
    help: 'Products and sums are fused into one rounding; results are as good, but not the same, and may depend on the machine.',
  },
  'target-not-here': {
    id: 'SU0830',
    severity: 'error',
    title: 'the target `{target}` is not in this version',
    help: 'This version builds `wasm` and `js`, for pages and Node, and `c`, for everything that has a C compiler.',
  },
  'not-ours': {
    id: 'SU0831',
    severity: 'error',
    title: '{file} is there and is not as `sutra build` made it',
    help: 'Nothing was written. Name another folder with `-o`, or move that file away.',
  },
  'too-large-to-build': {
    id: 'SU0832',
    severity: 'error',
    title: '`{function}` needs {bytes} bytes of memory',
    help: 'A module of WebAssembly can address 4294967296. Make the tensors of the program smaller.',
  },
} as const satisfies Record<string, Entry>;
