/** SU04xx: well-typed, but not possible at these sizes, or not supported yet. */
import type { Entry } from '../problem.ts';

export const LOWER = {
  'not-yet': {
    id: 'SU0401',
    severity: 'error',
    title: '{what} is not there yet',
    help: 'The parser accepts it and the language reserves it; {instead}.',
  },
  'index-out-of-range': {
    id: 'SU0402',
    severity: 'error',
    title: 'index {index} is out of range{where}',
    help: 'The numbers from 0 up to but without {size} are in range. Shorten the loop, or put the access under an `if` that excludes the other places.',
  },
  'empty-array': {
    id: 'SU0403',
    severity: 'error',
    title: 'the {what} of no elements',
    help: 'The array is empty at these sizes, and this has no value then; give it at least one element.',
  },
  'remainder-by-zero': {
    id: 'SU0404',
    severity: 'error',
    title: 'the remainder of a division by zero',
    help: 'The right side of `%` is 0{where}.',
  },
  'table-too-large': {
    id: 'SU0405',
    severity: 'error',
    title: 'an index over the loops {loops} has {entries} values',
    help: 'Indices are computed while compiling, at most {most} at one place; split the loops or index one axis per loop.',
  },
  'array-too-large': {
    id: 'SU0406',
    severity: 'error',
    title: 'an array of {numbers} numbers',
    help: 'One array holds at most {most} numbers; make a size smaller.',
  },
  'program-too-large': {
    id: 'SU0407',
    severity: 'error',
    title: '`{what}` becomes more than {most} operations',
    help: 'Functions are inlined where they are called, so calls of calls multiply; use a loop (`fold`, a comprehension) for what repeats.',
  },
  'chosen-function': {
    id: 'SU0408',
    severity: 'error',
    title: 'which {what} this is depends on data',
    help: 'Functions and compile-time numbers are known while compiling; choose between their results instead.',
  },
  'stored-function': {
    id: 'SU0409',
    severity: 'error',
    title: '{what} cannot hold functions',
    help: 'Functions exist only while compiling; apply them here and keep the results, or put them into a tuple or a record.',
  },
  'cannot-load': {
    id: 'SU0410',
    severity: 'error',
    title: 'cannot load the tensor "{tensor}" from "{file}"',
    help: '{why}',
  },
  'loaded-shape': {
    id: 'SU0411',
    severity: 'error',
    title: 'the tensor "{tensor}" in "{file}" has shape [{found}], and [{expected}] is wanted',
    help: 'The program and the file do not belong together; train again, or name the right file.',
  },
  'loaded-hash': {
    id: 'SU0412',
    severity: 'error',
    title: '"{file}" is not the file that this program was written with',
    help: 'Its SHA-256 is {found} and the source says {expected}. Put the old file back, or remove `sha256` if the change is meant.',
  },
  'alarm-in-condition': {
    id: 'SU0413',
    severity: 'error',
    title: 'an `iterate` in the condition of an `iterate`',
    help: 'Whether it reached its bound cannot be reported from there; compute it in the state instead.',
  },
  'calls-too-deep': {
    id: 'SU0414',
    severity: 'error',
    title: 'calls are nested too deep here',
    help: 'Functions are inlined where they are called, and at most {most} expressions may then stand inside one another. Use a loop (`fold`, `iterate`) for what repeats.',
  },
  'bad-box': {
    id: 'SU0415',
    severity: 'error',
    title: 'the range of `{name}` is no box',
    help: '{why}',
  },
  'operation-misfit': {
    id: 'SU0416',
    severity: 'error',
    title: '`op("{op}", ...)` does not fit: {why}',
    help: 'An operation of the graph has its own rule for shapes. State the type that it gives, or give it operands and attributes that fit.',
  },
} as const satisfies Record<string, Entry>;
