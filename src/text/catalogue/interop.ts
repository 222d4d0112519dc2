/** SU11xx: networks and specifications of other formats, ONNX and VNN-LIB. */
import type { Entry } from '../problem.ts';

export const INTEROP = {
  'onnx-bytes': {
    id: 'SU1101',
    severity: 'error',
    title: '{file} cannot be read as an ONNX model',
    help: '{why}',
  },
  'onnx-model': {
    id: 'SU1102',
    severity: 'error',
    title: '{file} is an ONNX model that cannot be imported',
    help: '{why}',
  },
  'onnx-operator': {
    id: 'SU1103',
    severity: 'error',
    title: '{file}: the operator `{op}` is not supported (node `{node}`)',
    help: 'The model uses it of opset {opset}. `docs/notes/onnx.md` lists the operators that are imported.',
  },
  'onnx-node': {
    id: 'SU1104',
    severity: 'error',
    title: '{file}: the node `{node}` ({op} of opset {opset}) cannot be imported',
    help: '{why}',
  },
  'onnx-tensor': {
    id: 'SU1105',
    severity: 'error',
    title: '{file}: the tensor `{tensor}` cannot be read',
    help: '{why}',
  },
  'onnx-export': {
    id: 'SU1106',
    severity: 'error',
    title: 'the operation `{op}` has no counterpart in ONNX',
    help: 'Loops with a state, random numbers, the sums of a gradient into places, and exact lookups are not written. Build for another target.',
  },
  'raise-differs': {
    id: 'SU1108',
    severity: 'error',
    title: 'the source that was written for {file} does not compile to the same graph',
    help: 'This should not happen: every operation can be written. The graph itself is shown by `--stage ready`; please report it.',
  },
  'vnnlib-form': {
    id: 'SU1111',
    severity: 'error',
    title: 'this is not VNN-LIB',
    help: '{why}',
  },
  'vnnlib-declaration': {
    id: 'SU1112',
    severity: 'error',
    title: 'this declaration cannot be used',
    help: '{why}',
  },
  'vnnlib-assert': {
    id: 'SU1113',
    severity: 'error',
    title: 'this assertion cannot be read',
    help: '{why}',
  },
  'vnnlib-unbounded': {
    id: 'SU1114',
    severity: 'error',
    title: 'not every input has bounds',
    help: 'No bound is stated for {inputs}. A specification is decided over a box: every input needs a least and a largest value.',
  },
  'vnnlib-network': {
    id: 'SU1115',
    severity: 'error',
    title: 'the specification is for another network than {file}',
    help: 'It states {stated}, and is given {given}.',
  },
  'vnnlib-vacuous': {
    id: 'SU1116',
    severity: 'warning',
    title: 'this specification says nothing about the network',
    help: '{why} A verdict would hold for every network.',
  },
  'prove-limit': {
    id: 'SU1120',
    severity: 'error',
    title: 'this version does not decide such a specification',
    help: '{why} Nothing is said about the property.',
  },
  'proof-certificate-unreadable': {
    id: 'SU1130',
    severity: 'error',
    title: 'this is no certificate of proofs that can be read',
    help: '{reason}',
  },
  'proof-not-replayed': {
    id: 'SU1131',
    severity: 'warning',
    title: '{title} is proved, but the checker does not accept the proof',
    help: 'It is not in the certificate: {why}.',
  },
  'no-property': {
    id: 'SU1122',
    severity: 'error',
    title: '{file} has no property "{name}"',
    help: '{hint}',
  },
} as const satisfies Readonly<Record<string, Entry>>;
