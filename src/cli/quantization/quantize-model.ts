import { at, InputError } from '../../errors';
import { exportTflite } from '../../export/tflite';
import type { Graph } from '../../model';
import { opTensors } from '../../model';
import { quantize, quantizeGraph, recordMetadata } from '../../quantize';
import type {
  CalibrationRanges,
  ObserverKind,
  QuantizedModel,
  QuantizeProgress,
  RecipeOptions,
} from '../../quantize';
import { saturateCells } from '../../quantize/options/saturate-cells';
import { recipeOptions } from '../../quantize/recipe-options';
import { quantizationRecord } from '../../quantize/record';
import type { SampleData } from '../data/sample-data';
import { startProgress } from '../progress';
import type { Progress } from '../progress';
import { chosenParts } from './recipe-arguments';
import type { RecipeArguments } from './recipe-arguments';

export interface QuantizeArguments extends RecipeArguments {
  readonly observer: ObserverKind;
  readonly keepFloat?: readonly string[];
}

/** What the ranges come from. */
export type RangeSource =
  | { readonly kind: 'data'; readonly data: SampleData }
  | { readonly kind: 'ranges'; readonly ranges: CalibrationRanges };

/** The integer model, and the file that holds it. */
export interface QuantizedFile extends QuantizedModel {
  readonly file: Uint8Array;
  /** Ops that still compute with real numbers. */
  readonly floatOps: readonly string[];
  /** 16-bit masks: TFLite runs the file with them in 8 bits. */
  readonly substituted: readonly string[];
}

/**
 * Quantizes with a progress bar. The same ranges and options give the same file, wherever the ranges come from.
 *
 * @throws CalibrationError or QuantizationError naming the tensor that stands in the way.
 */
export async function quantizeToFile(
  graph: Graph,
  source: RangeSource,
  options: QuantizeArguments,
): Promise<QuantizedFile> {
  const quantized =
    source.kind === 'data'
      ? await calibrated(graph, source.data, options)
      : fromRanges(graph, source.ranges, options);
  const file = exportTflite(quantized.graph, {
    description: `${graph.name}, quantized by octogate`,
    metadata: recordMetadata(quantized.record),
  });
  const { graph: integer } = quantized;
  return { ...quantized, file, floatOps: floatOpsOf(integer), substituted: int16MasksOf(integer) };
}

async function calibrated(
  graph: Graph,
  data: SampleData,
  { observer, recipe, keepFloat = [], ...options }: QuantizeArguments,
): Promise<QuantizedModel> {
  const progress = new PhasedProgress(data.count);
  try {
    return await quantize(graph, data, {
      recipe,
      ...chosenParts({ recipe, ...options }),
      observer,
      keepFloat,
      onProgress: progress.update,
    });
  } finally {
    progress.stop();
  }
}

/** A bar for each phase of quantization. */
class PhasedProgress {
  readonly #sequences: number;
  #phase: QuantizeProgress['phase'] = 'calibrating';
  #bar: Progress;

  constructor(sequences: number) {
    this.#sequences = sequences;
    this.#bar = startProgress(sequences);
  }

  readonly update = (progress: QuantizeProgress): void => {
    if (progress.phase !== this.#phase) {
      this.#bar.stop();
      this.#phase = progress.phase;
      this.#bar = startProgress(progress.phase === 'rounding' ? progress.total : this.#sequences);
    }
    const what =
      progress.phase === 'calibrating'
        ? `calibrating: sequence ${progress.done} of ${this.#sequences}`
        : `rounding: matrix ${progress.done} of ${progress.total}`;
    this.#bar.update(progress.done, what);
  };

  stop(): void {
    this.#bar.stop();
  }
}

/** @throws InputError if the recipe needs more of the data than ranges. */
function fromRanges(
  graph: Graph,
  saved: CalibrationRanges,
  { recipe, keepFloat = [], ...options }: QuantizeArguments,
): QuantizedModel {
  const parts = recipeOptions(recipe, chosenParts({ recipe, ...options }));
  requireRangesSuffice(parts);
  const ranges = parts.saturateCells ? saturateCells(graph, saved) : saved;
  const { observer, samples } = ranges;
  return {
    graph: quantizeGraph(graph, ranges, { ...parts, keepFloat }),
    floatGraph: graph,
    ranges,
    record: quantizationRecord({
      ...{ recipe, options: parts, keptFloat: keepFloat, observer, samples },
      scaledInputs: [],
      copiedInputs: [],
      widenedLayers: [],
    }),
  };
}

function requireRangesSuffice({
  inputScaling,
  inputClipping,
  inputCopies,
  constantUnits,
  weightRounding,
  biasCorrection,
}: RecipeOptions): void {
  const needy = [
    ...(inputScaling === null ? [] : ['input scaling']),
    ...(inputClipping === null ? [] : ['input clipping']),
    ...(inputCopies === null ? [] : ['input copies']),
    ...(constantUnits ? ['constant units'] : []),
    ...(weightRounding.kind === 'nearest' ? [] : ['GPTQ rounding']),
    ...(biasCorrection ? ['bias correction'] : []),
  ];
  if (needy.length === 0) return;
  throw new InputError(
    `--ranges: ${needy.join(', ')} need the data itself and not only its ranges; use --calibrate DATA, or the plain recipe`,
  );
}

function floatOpsOf(graph: Graph): string[] {
  return graph.ops
    .filter((op) => opTensors(op).inputs.some(({ id }) => at(graph.tensors, id).dtype === 'float32'))
    .filter(({ kind }) => kind !== 'quantize')
    .map(({ name }) => name);
}

function int16MasksOf({ ops, tensors }: Graph): string[] {
  return ops
    .filter((op) => op.kind === 'fullyConnected' || op.kind === 'logistic')
    .filter(({ output }) => at(tensors, output).dtype === 'int16')
    .map(({ name }) => name);
}
