/** ONNX: reading a model as a graph, writing a graph as a model. */
export { type ImportOptions, importOnnx, type Network, type Port, withConstants } from './import.ts';
export type { External } from './tensor.ts';
export { type WriteOptions, writeOnnx } from './write.ts';
