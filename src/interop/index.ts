/** Other formats, as the package shows them: `sutra-lang/interop`. */

export {
  type External,
  type ImportOptions,
  importOnnx,
  type Network,
  type Port,
  withConstants,
  writeOnnx,
} from './onnx/index.ts';
export {
  type Dtype,
  f32Tensor,
  readSafetensors,
  type SafetensorsFile,
  type Tensor,
  type TensorToWrite,
  writeSafetensors,
} from './safetensors.ts';
export {
  type Case,
  type Inequality,
  type InputRange,
  misfits,
  readVnnlib,
  type Specification,
} from './vnnlib/index.ts';
