/**
 * What a model file holds, and whether it runs: tensors, ops, LSTM variants, everything that is refused, all as plain data.
 *
 * @packageDocumentation
 */
export type { GraphReport, LstmLayerReport, OpReport, TensorReport } from './graph-report';
export { inspectModel } from './inspect';
export type { ModelInspection } from './inspect';
export type { QuantizationOutlook } from './quantization-outlook';
export type { RecordedQuantization } from './recorded-quantization';
