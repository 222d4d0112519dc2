/** SU07xx: writing weights back, and certificates. */
import type { Entry } from '../problem.ts';

export const WRITEBACK = {
  'certificate-unreadable': {
    id: 'SU0701',
    severity: 'error',
    title: 'this is no certificate that can be read',
    help: '{reason}',
  },
  'certificate-forged': {
    id: 'SU0702',
    severity: 'error',
    title: 'the certificate was changed after it was made',
    help: '{reason}',
  },
  'weight-differs': {
    id: 'SU0703',
    severity: 'error',
    title: '`{name}` is not the certified number: {count} of {total} differ',
    help: 'First at element {element}: {found} (bits {foundBits}) here, {expected} (bits {expectedBits}) there.',
  },
  'parameter-renamed': {
    id: 'SU0704',
    severity: 'error',
    title: 'parameter `{expected}` is called `{found}` here',
    help: 'It stands at the same place and has the same shape. A renamed parameter is another program: make a new certificate, or give the old name back.',
  },
  'parameters-reordered': {
    id: 'SU0705',
    severity: 'error',
    title: 'the parameters stand in another order',
    help: 'Parameter {place} is `{found}` here and `{expected}` there.',
  },
  'parameter-missing': {
    id: 'SU0706',
    severity: 'error',
    title: '{who} has no parameter `{name}`',
    help: '{hint}',
  },
  'text-differs': {
    id: 'SU0707',
    severity: 'error',
    title: '{file} differs from the certified text outside its learned numbers',
    help: 'Here stands `{found}`, there `{expected}`. {note}',
  },
  'graph-differs': {
    id: 'SU0708',
    severity: 'error',
    title: '`{entry}` is another function than the certified one',
    help: 'Its graph is {found} here and {expected} there.',
  },
  'unknown-weight': {
    id: 'SU0709',
    severity: 'error',
    title: '{file} has a tensor `{name}`, and the program has no such parameter',
    help: '{hint}',
  },
  'missing-weight': {
    id: 'SU0710',
    severity: 'error',
    title: '{file} has no tensor for the parameter `{name}`',
    help: '{hint}',
  },
  'weight-shape': {
    id: 'SU0711',
    severity: 'error',
    title: '{file}: `{name}` has shape {found}, the parameter has {expected}',
    help: 'A weights file fits only the program it was made for.',
  },
  'weight-type': {
    id: 'SU0712',
    severity: 'error',
    title: '{file}: `{name}` is {found}, expected F32',
    help: 'Converting would change bits; save the weights as float32.',
  },
  'weight-not-finite': {
    id: 'SU0713',
    severity: 'error',
    title: '{file}: element {element} of `{name}` is {found}',
    help: 'A program with such a number computes nothing of use; it is not written.',
  },
  'weight-out-of-range': {
    id: 'SU0714',
    severity: 'error',
    title: '{file}: element {element} of `{name}` is {found}, outside {range}',
    help: 'The source states this constraint. Change it there if the weight is meant.',
  },
  'weight-no-case': {
    id: 'SU0715',
    severity: 'error',
    title: '{file}: `{name}` is {type}, and its numbers name no value of it',
    help: 'A bool is 1 or -1, a case has one 1 and zeros.',
  },
  'box-missing': {
    id: 'SU0720',
    severity: 'error',
    title: 'there is no box for `{name}`',
    help: 'What is proved is proved over a box of inputs: declare a range, as in `x: f32 in [0.0, 1.0]`, or give `--over {name}=[lo, hi]`.',
  },
  'unusable-box': {
    id: 'SU0721',
    severity: 'error',
    title: 'the box of `{name}` holds nothing that can be examined',
    help: '{reason}',
  },
  'claim-of-another': {
    id: 'SU0722',
    severity: 'error',
    title: '{file} is not the program that the proof is about',
    help: 'It says {found}, the proof is about {expected}.',
  },
  'claim-not-proved': {
    id: 'SU0723',
    severity: 'error',
    title: 'it is not proved that the outputs of `{function}` differ by at most {bound}',
    help: 'The programs are those that are named; the bound of their difference, computed anew, is larger.',
  },
  'not-comparable': {
    id: 'SU0725',
    severity: 'error',
    title: 'the outputs of `{function}` and `{other}` cannot be compared',
    help: 'Both programs need a function of that name with the same inputs and the same result; name one as in `A.su:{function}`.',
  },
  'nothing-bounded': {
    id: 'SU0724',
    severity: 'error',
    title: 'the outputs of `{function}` have no bound within {within} over these boxes, whatever its numbers are',
    help: 'Even the program beside itself cannot be shown to be so near. Make the boxes smaller or E larger; an operation without bounds does it too.',
  },
  'nothing-to-freeze': {
    id: 'SU0726',
    severity: 'error',
    title: 'nothing in {file} is learned',
    help: 'Freezing makes plain code of `param`, `?numbers`, `choose`, `pick` and `param table`; this program has none of them, and no `train` block.',
  },
  'not-frozen': {
    id: 'SU0727',
    severity: 'warning',
    title: 'this stays as it is: {reason}',
    help: 'Freezing does only what it can show to keep every bit; `{after}` in its place is not shown to.',
  },
} as const satisfies Record<string, Entry>;
