/** Other formats, as the package shows them: `sutra-lang/interop`. */
export {
  type Dtype,
  f32Tensor,
  readSafetensors,
  type SafetensorsFile,
  type Tensor,
  type TensorToWrite,
  writeSafetensors,
} from './safetensors.ts';
