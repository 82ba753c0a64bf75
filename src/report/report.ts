import type { Graph } from '../model';
import { FloatRunner } from '../quantize';
import type { CalibrationSample, FloatTensor, QuantizationRecord } from '../quantize';
import { Model } from '../runtime/model';
import { NOMINAL_DEVICE, stepCost } from './costs';
import type { NominalDevice, StepCost } from './costs';
import { IntegerRunner } from './integer-runner';
import { SideBySide } from './side-by-side';
import type { SideBySideReport } from './side-by-side';

/** A model as something that takes calls: state carries over, in real numbers on both ends. */
export interface Runner {
  /** One call: the inputs in the order of the graph, and its outputs. */
  run(inputs: readonly FloatTensor[]): Promise<readonly FloatTensor[]>;
  /** Back to the state of the beginning. */
  reset(): void;
}

/** What the model is for, measured by the caller. */
export interface Evaluator {
  /** `word error rate`, `accuracy`. */
  readonly metric: string;
  /** `%`, `dB`; empty for none. */
  readonly unit: string;
  /** Called for the float model and then for the integer one, in any number of sequences. */
  evaluate(runner: Runner): Promise<number>;
}

/** An evaluator's verdict on both forms. */
export interface TaskReport {
  /** See {@link Evaluator}. */
  readonly metric: string;
  /** See {@link Evaluator}. */
  readonly unit: string;
  /** Of the float model. */
  readonly float: number;
  /** Of the integer one. */
  readonly integer: number;
}

/** One form of the model. */
export interface FormReport {
  /** Of the file; null if there is none. */
  readonly fileBytes: number | null;
  /** Counted from the sizes of layers, not measured. */
  readonly perTimestep: StepCost;
}

/** The integer model's calls on one GPU, as a plan of its dispatches predicts them. */
export interface PlannedCall {
  /** Name of the GPU. */
  readonly gpu: string;
  /** Sequences of a call. */
  readonly batch: number;
  /** Timesteps of a call. */
  readonly timesteps: number;
  /** Time of a call, with its dispatches, submission and readback. */
  readonly ms: number;
  /** What most of it is spent on. */
  readonly bound: string;
}

/** Everything that the report page shows; plain data. */
export interface QuantizationReport extends SideBySideReport {
  /** Tells the JSON from that of other versions. */
  readonly format: typeof REPORT_FORMAT;
  /** Name of the model. */
  readonly model: string;
  /** How the integers were made. */
  readonly record: QuantizationRecord;
  /** Which sequences were run: `calibration`, or others of the same kind. */
  readonly data: string;
  /** The model as it was. */
  readonly float: FormReport;
  /** What was made of it. */
  readonly integer: FormReport;
  /** Where the times come from. */
  readonly device: NominalDevice;
  /** null unless the caller has planned one. */
  readonly plan: PlannedCall | null;
  /** null without an evaluator. */
  readonly task: TaskReport | null;
}

export const REPORT_FORMAT = 'octogate-report-1';

/** What goes into a report beside the two models. */
export interface ReportOptions {
  /** What the page calls the model; default the graph's name. */
  readonly model?: string;
  /** How the integer graph was made, as `quantize` returns it. */
  readonly record: QuantizationRecord;
  /** What the sequences are; default `calibration`. */
  readonly data?: string;
  /** Sizes of the two files, where there are any. */
  readonly fileBytes?: {
    /** Of the float model. */
    readonly float: number;
    /** Of the integer one. */
    readonly integer: number;
  };
  /** Speeds that costs are held against; default a nominal integrated GPU. */
  readonly device?: NominalDevice;
  /** A call of the integer model on that device, by `predictCall` of `octogate/bench`. */
  readonly plan?: PlannedCall;
  /**
   * The model as it was given, where `quantize` has reshaped it: outputs, task and costs are held against it, so that what
   * reshaping changes shows, too. Layers are held against the reshaped one.
   */
  readonly original?: Graph;
  /** Measures what the model is for; without it the report has no task. */
  readonly evaluator?: Evaluator;
  /** Told the number of sequences done, after each. */
  readonly onProgress?: (sequences: number) => void;
  /** Ends the run between sequences. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a float model and what `quantize` made of it side by side, on the CPU, and gathers what the integers cost.
 *
 * @param floatGraph as `quantize` returns it
 * @param samples sequences to run; the calibration's, or better others that it never saw
 * @throws InputError if a sample does not fit; UnsupportedModelError if either model cannot run; the signal's reason.
 */
export async function reportQuantization(
  floatGraph: Graph,
  integerGraph: Graph,
  samples: Iterable<CalibrationSample> | AsyncIterable<CalibrationSample>,
  options: ReportOptions,
): Promise<QuantizationReport> {
  const { record, fileBytes, device = NOMINAL_DEVICE, evaluator, onProgress, signal } = options;
  const { original = floatGraph } = options;
  const both = await SideBySide.start(floatGraph, integerGraph, { stages: true, original });
  try {
    let sequences = 0;
    for await (const sample of samples) {
      signal?.throwIfAborted();
      await both.add(sample);
      sequences += 1;
      onProgress?.(sequences);
    }
    return {
      format: REPORT_FORMAT,
      model: options.model ?? floatGraph.name,
      record,
      data: options.data ?? 'calibration',
      float: { fileBytes: fileBytes?.float ?? null, perTimestep: stepCost(original, device) },
      integer: { fileBytes: fileBytes?.integer ?? null, perTimestep: stepCost(integerGraph, device) },
      device,
      plan: options.plan ?? null,
      task: evaluator === undefined ? null : await evaluateTask(original, integerGraph, evaluator),
      ...both.report(),
    };
  } finally {
    both.dispose();
  }
}

async function evaluateTask(
  floatGraph: Graph,
  integerGraph: Graph,
  evaluator: Evaluator,
): Promise<TaskReport> {
  const { metric, unit } = evaluator;
  const floatRunner = new FloatRunner(floatGraph);
  const float = await evaluator.evaluate({
    run: (inputs) => Promise.resolve(floatRunner.run(inputs)),
    reset: () => {
      floatRunner.reset();
    },
  });
  const model = await Model.fromGraph(integerGraph, { backend: 'reference' });
  try {
    return { metric, unit, float, integer: await evaluator.evaluate(new IntegerRunner(model)) };
  } finally {
    model.dispose();
  }
}
