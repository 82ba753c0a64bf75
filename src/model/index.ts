export type { Graph } from './graph';
export * from './ops';
export type { DType, Quantization, Tensor, TensorData, TensorId } from './tensor';
