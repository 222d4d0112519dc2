/** SU04xx: well-typed, but not possible at these sizes, or not supported yet. */
import type { Entry } from '../problem.ts';

export const LOWER = {
  'not-yet': {
    id: 'SU0401',
    severity: 'error',
    title: '{what} is not there yet',
    help: 'The parser accepts it and the language reserves it; {instead}.',
  },
  'negative-size': {
    id: 'SU0402',
    severity: 'error',
    title: '`{function}` needs an array of {value} elements here',
    help: 'Its size `{size}` is {value} with {sizes}; call it with larger arrays.',
  },
  'index-out-of-range': {
    id: 'SU0403',
    severity: 'error',
    title: 'index {index} is out of range{where}',
    help: 'The numbers from 0 up to but without {size} are in range. Shorten the loop, or put the access under an `if` that excludes the other places.',
  },
  'slice-out-of-range': {
    id: 'SU0404',
    severity: 'error',
    title: 'there is no slice {from}..{to} of {size} elements',
    help: 'A slice starts at 0 or later, does not end before it starts, and ends at {size} at the latest.',
  },
  'empty-array': {
    id: 'SU0405',
    severity: 'error',
    title: 'the {what} of no elements',
    help: 'The array is empty at these sizes, and this has no value then; give it at least one element.',
  },
  'table-too-large': {
    id: 'SU0406',
    severity: 'error',
    title: 'an index over the loops {loops} has {entries} values',
    help: 'Indices are computed while compiling, at most {most} at one place; split the loops or index one axis per loop.',
  },
  'array-too-large': {
    id: 'SU0407',
    severity: 'error',
    title: 'an array of {numbers} numbers',
    help: 'One array holds at most {most} numbers; make a size smaller.',
  },
  'program-too-large': {
    id: 'SU0408',
    severity: 'error',
    title: '`{what}` becomes more than {most} operations',
    help: 'Functions are inlined where they are called, so calls of calls multiply; use a loop (`fold`, a comprehension) for what repeats.',
  },
  'remainder-by-zero': {
    id: 'SU0409',
    severity: 'error',
    title: 'the remainder of a division by zero',
    help: 'The right side of `%` is 0{where}.',
  },
  'chosen-function': {
    id: 'SU0410',
    severity: 'error',
    title: 'which {what} this is depends on data',
    help: 'Functions and compile-time numbers are known while compiling; choose between their results instead: `if c {{ f(x) }} else {{ g(x) }}`.',
  },
  'cannot-load': {
    id: 'SU0411',
    severity: 'error',
    title: 'cannot load the tensor "{tensor}" from "{file}"',
    help: '{why}',
  },
  'loaded-shape': {
    id: 'SU0412',
    severity: 'error',
    title: 'the tensor "{tensor}" in "{file}" has shape [{found}], and [{expected}] is wanted',
    help: 'The program and the file do not belong together; train again, or name the right file.',
  },
  'loaded-hash': {
    id: 'SU0413',
    severity: 'error',
    title: '"{file}" is not the file that this program was written with',
    help: 'Its SHA-256 is {found} and the source says {expected}. Put the old file back, or remove `sha256` if the change is meant.',
  },
  'frozen-for-now': {
    id: 'SU0414',
    severity: 'warning',
    title: '`{name}` is not trained',
    help: 'Params of type {type} are used and written back, but no search trains them yet; write `frozen param` to say that this is meant.',
  },
  'alarm-in-condition': {
    id: 'SU0415',
    severity: 'error',
    title: 'an `iterate` in the condition of an `iterate`',
    help: 'Whether it reached its bound cannot be reported from there; compute it in the state instead.',
  },
} as const satisfies Record<string, Entry>;
