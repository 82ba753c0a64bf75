/**
 * What quantization costs: float and integers side by side, as data and as a page.
 *
 * @packageDocumentation
 */
export { NOMINAL_DEVICE } from './costs';
export type { NominalDevice, StepCost } from './costs';
export type { GateReport } from './gate-comparison';
export type { GrowthPoint } from './growth';
export type { CellReport, LstmReport } from './lstm-comparison';
export type { OutputReport } from './output-comparison';
export { reportHtml } from './page/page';
export type { PageOptions } from './page/page';
export { reportQuantization } from './report';
export type {
  Evaluator,
  FormReport,
  PlannedCall,
  QuantizationReport,
  ReportOptions,
  Runner,
  TaskReport,
} from './report';
export type { HistogramReport } from './share-bins';
export { SideBySide } from './side-by-side';
export type { SideBySideOptions, SideBySideReport, TensorReport } from './side-by-side';
export type { SignalReport } from './signal';
