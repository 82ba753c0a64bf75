import type { Graph } from '../model';
import { calibrate } from './calibrate';
import type { CalibrateOptions, CalibrationSample } from './calibrate';
import { quantizeGraph } from './quantize-graph';
import type { CalibrationRanges } from './range';
import type { RecipeName, RecipeOptions } from './recipe-options';
import { recipeOptions } from './recipe-options';
import type { QuantizationRecord } from './record';
import { quantizationRecord } from './record';

/** A recipe by name, and single parts of it where they are to be otherwise. */
export interface QuantizeOptions extends Partial<RecipeOptions> {
  /** `plain`, the paper's table, unless said otherwise. */
  readonly recipe?: RecipeName;
  /** How values become ranges, everywhere or site by site; min-max unless said otherwise. */
  readonly observer?: CalibrateOptions['observer'];
  /** Names of ops that stay in float32, with QUANTIZE and DEQUANTIZE around them; LSTM layers cannot. */
  readonly keepFloat?: readonly string[];
  readonly onProgress?: (progress: QuantizeProgress) => void;
  readonly signal?: AbortSignal;
}

/** How far quantization has come. */
export interface QuantizeProgress {
  readonly phase: 'calibrating';
  /** Samples done. How many there will be is known to the caller alone. */
  readonly done: number;
}

export interface QuantizedModel {
  /** The integer graph: what `Model.fromGraph` runs and `exportTflite` writes. */
  readonly graph: Graph;
  /** What calibration found; saved as JSON, it serves `quantizeGraph` again. */
  readonly ranges: CalibrationRanges;
  /** How it was done; `recordMetadata` makes an attachment of it. */
  readonly record: QuantizationRecord;
}

/**
 * From a trained float graph and representative data to integers: calibrates, then applies the recipe. Runs in browsers, and
 * lets them paint in between.
 *
 * @param samples representative sequences, see {@link CalibrationSample}.
 * @throws CalibrationError if there are no samples, or one has the wrong shape or makes NaN or infinity arise.
 * @throws QuantizationError naming the tensor that the recipe cannot be applied to.
 * @throws the signal's reason if it aborts.
 */
export async function quantize(
  graph: Graph,
  samples: Iterable<CalibrationSample> | AsyncIterable<CalibrationSample>,
  options: QuantizeOptions = {},
): Promise<QuantizedModel> {
  const { recipe = 'plain', observer, keepFloat = [], onProgress, signal, ...chosen } = options;
  const parts = recipeOptions(recipe, chosen);
  const ranges = await calibrate(graph, samples, {
    ...(observer === undefined ? {} : { observer }),
    ...(signal === undefined ? {} : { signal }),
    onProgress: (done) => onProgress?.({ phase: 'calibrating', done }),
  });
  signal?.throwIfAborted();
  return {
    graph: quantizeGraph(graph, ranges, { ...parts, keepFloat }),
    ranges,
    record: quantizationRecord({
      recipe,
      options: parts,
      keptFloat: keepFloat,
      observer: ranges.observer,
      samples: ranges.samples,
    }),
  };
}
