/**
 * From a trained float model and representative data to integers, in browsers and in Node.
 *
 * @packageDocumentation
 */
export { calibrate } from './calibrate';
export type { CalibrateOptions } from './calibrate';
export { floatMatrix, hybridMatrix } from './float/matrix';
export type { Matrix, MatrixKind } from './float/matrix';
export type { FloatObserver } from './float/observer';
export { FloatRunner, runFloat } from './float/runner';
export type { FloatTensor } from './float/tensor';
export { leastSquaresObserver, minMaxObserver, movingAverageObserver, percentileObserver } from './observers';
export type { ObserverKind, RangeObserver } from './observers';
export { NEIGHBOUR_RECIPE } from './neighbour-recipe';
export type { CalibrationData, CalibrationSample, ObserveOptions } from './observe-samples';
export { quantize } from './quantize';
export type { QuantizedModel, QuantizeOptions, QuantizeProgress } from './quantize';
export { quantizeGraph } from './quantize-graph';
export type { QuantizeGraphOptions } from './quantize-graph';
export { parseCalibrationRanges } from './range';
export type { CalibrationRanges, Range } from './range';
export { LSTM_RECIPE, lstmRule } from './recipe';
export type { LstmRole, LstmVariant, RecipeRow, ScaleRule } from './recipe';
export { RECIPES } from './recipe-options';
export type { RecipeName, RecipeOptions } from './recipe-options';
export { RECORD_METADATA_NAME, recordMetadata } from './record';
export type { QuantizationRecord } from './record';
export { parseStoredRecord } from './stored-record';
export type { StoredRecord, StoredSetting } from './stored-record';
export { layerSensitivity } from './sensitivity';
export type { LayerSensitivity } from './sensitivity';
export type { RangeSite, Site, VectorSite } from './sites';
