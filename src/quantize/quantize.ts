import type { Graph, TensorId } from '../model';
import type { CalibrateOptions } from './calibrate';
import { rangeObservers } from './calibrate';
import { observeSamples } from './observe-samples';
import type { CalibrationData } from './observe-samples';
import { addConstantUnits } from './options/constant-units';
import { copyInputs } from './options/input-copies';
import { ownConstants } from './options/own-constants';
import { roundWeights } from './options/round-weights';
import { saturateCells } from './options/saturate-cells';
import { shapeInputs } from './options/shape-inputs';
import { floatOps } from './partition';
import { quantizeGraph } from './quantize-graph';
import type { CalibrationRanges } from './range';
import type { RecipeName, RecipeOptions } from './recipe-options';
import { recipeOptions } from './recipe-options';
import type { QuantizationRecord } from './record';
import { quantizationRecord } from './record';
import { StatisticsCollector } from './statistics/statistics';
import type { Statistics } from './statistics/statistics';

/** A recipe by name, and single parts of it where they are to be otherwise. */
export interface QuantizeOptions extends Partial<RecipeOptions> {
  /** `plain`, the paper's table, unless said otherwise. */
  readonly recipe?: RecipeName;
  /** How values become ranges, everywhere or site by site; min-max unless said otherwise. */
  readonly observer?: CalibrateOptions['observer'];
  /** Names of ops that stay in float32, with QUANTIZE and DEQUANTIZE around them; LSTM layers cannot. */
  readonly keepFloat?: readonly string[];
  /** Told how far it is, after each sample and each matrix product. */
  readonly onProgress?: (progress: QuantizeProgress) => void;
  /** Ends it between samples and between matrix products. */
  readonly signal?: AbortSignal;
}

/** How far quantization has come. */
export type QuantizeProgress =
  /** Samples done. How many there will be is known to the caller alone. */
  | {
      /** What is being done. */
      readonly phase: 'calibrating';
      /** Samples so far. */
      readonly done: number;
    }
  /** Matrix products done. */
  | {
      /** What is being done. */
      readonly phase: 'rounding';
      /** Matrix products so far. */
      readonly done: number;
      /** Matrix products of the model. */
      readonly total: number;
    };

/** What quantization made, and what it was made from. */
export interface QuantizedModel {
  /** The integer graph: what `Model.fromGraph` runs and `exportTflite` writes. */
  readonly graph: Graph;
  /**
   * A float graph that computes what the given one does, with channel scales and copies where the integers have them: its activations
   * are what the integer graph's stand for, tensor by tensor.
   */
  readonly floatGraph: Graph;
  /** What calibration found; saved as JSON, it serves `quantizeGraph` again. */
  readonly ranges: CalibrationRanges;
  /** How it was done; `recordMetadata` makes an attachment of it. */
  readonly record: QuantizationRecord;
}

/**
 * From a trained float graph and representative data to integers: calibrates, then applies the recipe. Runs in browsers, and
 * lets them paint in between.
 *
 * @param samples representative sequences, see {@link CalibrationSample}; gone through once.
 * @throws InputError naming an option that is out of its bounds.
 * @throws CalibrationError if there are no samples, or one has the wrong shape or makes NaN or infinity arise.
 * @throws QuantizationError naming the tensor that the recipe cannot be applied to.
 * @throws the signal's reason if it aborts.
 */
export async function quantize(
  graph: Graph,
  samples: CalibrationData,
  options: QuantizeOptions = {},
): Promise<QuantizedModel> {
  const { recipe = 'plain', keepFloat = [], onProgress, signal } = options;
  const parts = recipeOptions(recipe, options);
  // Names of ops that cannot be kept are told before the work, not after it.
  floatOps(graph, keepFloat);
  const { graph: owned, ranges: observed, statistics } = await observe(graph, samples, parts, options);
  const ranges = parts.saturateCells ? saturateCells(owned, observed) : observed;
  signal?.throwIfAborted();
  const observedModel = {
    graph: owned,
    ranges,
    statistics,
    keepFloat,
    rounded: new Map<TensorId, Int8Array>(),
  };
  const { model: widened, layers: widenedLayers } = parts.constantUnits
    ? addConstantUnits(observedModel)
    : { model: observedModel, layers: [] };
  const shaped = shapeInputs(widened, parts);
  const { model: copied, layers: copiedInputs } =
    parts.inputCopies === null
      ? { model: shaped.model, layers: [] }
      : copyInputs(shaped.model, parts.inputCopies.most);
  const model =
    parts.weightRounding.kind === 'nearest' && !parts.biasCorrection
      ? copied
      : await roundWeights(copied, parts, {
          onProgress: (done, total) => onProgress?.({ phase: 'rounding', done, total }),
          signal,
        });
  return {
    graph: quantizeGraph(model.graph, model.ranges, { ...parts, ...model }),
    floatGraph: copied.graph,
    ranges,
    record: quantizationRecord({
      recipe,
      options: parts,
      keptFloat: keepFloat,
      observer: ranges.observer,
      samples: ranges.samples,
      scaledInputs: shaped.folded.flatMap(({ layers }) => layers),
      copiedInputs,
      widenedLayers,
    }),
  };
}

/** Ranges and what else the recipe needs, of a graph whose constants its options may change. */
async function observe(
  graph: Graph,
  samples: CalibrationData,
  parts: RecipeOptions,
  { observer, onProgress, signal }: QuantizeOptions,
): Promise<{ graph: Graph; ranges: CalibrationRanges; statistics: Statistics }> {
  const demand = {
    means: parts.biasCorrection,
    products: parts.weightRounding.kind === 'gptq',
    channels: parts.inputScaling !== null || parts.inputClipping !== null,
    shifts: parts.constantUnits,
  };
  const isPlain = parts.inputCopies === null && !Object.values(demand).includes(true);
  const owned = isPlain ? graph : ownConstants(graph);
  const ranges = rangeObservers(observer);
  const statistics = new StatisticsCollector(owned, demand);
  const count = await observeSamples(owned, samples, [ranges, statistics], {
    ...(signal === undefined ? {} : { signal }),
    onProgress: (done) => onProgress?.({ phase: 'calibrating', done }),
  });
  return { graph: owned, ranges: ranges.calibration(count), statistics: statistics.statistics() };
}
