export type { Graph } from './graph';
export { MASK_SCALES } from './integer/int16-masks';
export { isIntegerOperation } from './integer-operation';
export { canAdvanceTogether } from './lstm-structure';
export * from './ops';
export type { DType, Quantization, Tensor, TensorData, TensorId } from './tensor';
export type { OpTensors, TensorUse } from './op-tensors';
export { opTensors } from './op-tensors';
export { computesInFloat } from './integer/float-source';
