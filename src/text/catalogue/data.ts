/** SU05xx: the data does not fit the program. */
import type { Entry } from '../problem.ts';

export const DATA = {
  'missing-column': {
    id: 'SU0501',
    severity: 'error',
    title: '{file} has no column `{column}`',
    help: '{hint}',
  },
  'duplicate-column': {
    id: 'SU0502',
    severity: 'error',
    title: '{file} has two columns called `{column}`',
    help: 'They are columns {first} and {second}; the program reads `{column}` and cannot know which. Rename one.',
  },
  'not-a-number': {
    id: 'SU0503',
    severity: 'error',
    title: '{file}:{line}: column `{column}` holds {found}, which is not a number',
    help: 'The program reads it as {wanted}. Mend the row or leave it out.',
  },
  'not-finite': {
    id: 'SU0504',
    severity: 'error',
    title: '{file}:{line}: column `{column}` holds {found}, which is not a finite number',
    help: 'A single NaN or infinity spoils every learned number. Mend the row or leave it out.',
  },
  'not-a-case': {
    id: 'SU0505',
    severity: 'error',
    title: '{file}:{line}: column `{column}` holds {found}, which is no case of {type}',
    help: '{hint}',
  },
  'row-length': {
    id: 'SU0506',
    severity: 'error',
    title: '{file}:{line}: the row has {found} cells, the header has {expected}',
    help: '{hint}',
  },
  'empty-table': {
    id: 'SU0507',
    severity: 'error',
    title: '{file} has no rows',
    help: '{hint}',
  },
  'out-of-range': {
    id: 'SU0508',
    severity: 'error',
    title: '{file}:{line}: column `{column}` holds {found}, outside {range}',
    help: '{why}',
  },
  'more-bad-rows': {
    id: 'SU0509',
    severity: 'error',
    title: '{file} has {count} more mistakes of this kind',
    help: 'The first {shown} are listed above.',
  },
  'missing-tensor': {
    id: 'SU0510',
    severity: 'error',
    title: '{file} has no tensor `{tensor}`',
    help: '{hint}',
  },
  'tensor-shape': {
    id: 'SU0511',
    severity: 'error',
    title: '{file}: tensor `{tensor}` has shape {found}, expected {expected}',
    help: 'The first axis runs over the examples, the others are those of the program’s value.',
  },
  'table-changed': {
    id: 'SU0512',
    severity: 'error',
    title: '{file} changed while it was being read',
    help: 'It had {before} good rows when it was first read, and row {row} is different or missing. Training on a moving table cannot be repeated.',
  },
  'too-few-rows': {
    id: 'SU0513',
    severity: 'error',
    title: '{file} is too short to hold out {holdout} of its rows',
    help: 'At least one row must be left to learn from and one to check with. Use a smaller `holdout`.',
  },
  'unknown-input': {
    id: 'SU0514',
    severity: 'error',
    title: '`{function}` has no input `{name}`',
    help: '{hint}',
  },
  'wrong-value': {
    id: 'SU0515',
    severity: 'error',
    title: '`{name}` is {type}, and {found} is none',
    help: '{hint}',
  },
  'missing-input': {
    id: 'SU0516',
    severity: 'error',
    title: '`{function}` needs `{name}`, which is {type}',
    help: '{hint}',
  },
  'no-function': {
    id: 'SU0517',
    severity: 'error',
    title: '{file} has no {what} that can be run',
    help: '{hint}',
  },
  'safetensors-header': {
    id: 'SU0520',
    severity: 'error',
    title: '{file} has no readable safetensors header',
    help: '{why}',
  },
  'safetensors-tensor': {
    id: 'SU0521',
    severity: 'error',
    title: '{file} describes tensor `{tensor}` wrongly',
    help: '{why}',
  },
  'safetensors-layout': {
    id: 'SU0522',
    severity: 'error',
    title: 'the tensors of {file} do not fill its data exactly',
    help: '{why}',
  },
  'safetensors-dtype': {
    id: 'SU0523',
    severity: 'error',
    title: 'tensor `{tensor}` of {file} has numbers of type {dtype}, which are not read',
    help: 'Readable are {known}. Convert the tensor, for example to F32.',
  },
} as const satisfies Record<string, Entry>;
