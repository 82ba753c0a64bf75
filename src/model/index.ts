export type { Graph } from './graph';
export { isIntegerOperation } from './integer-operation';
export { canAdvanceTogether } from './lstm-structure';
export * from './ops';
export type { DType, Quantization, Tensor, TensorData, TensorId } from './tensor';
export type { OpTensors, TensorUse } from './op-tensors';
export { opTensors } from './op-tensors';
export { requireIntegerGraph, requireSoundIntegers } from './require-integer-graph';
export { validateGraph } from './validate';
