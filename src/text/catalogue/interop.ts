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
} as const satisfies Readonly<Record<string, Entry>>;
