import { version } from '../../package.json';
import type { RecipeName, RecipeOptions } from './recipe-options';

/** How a model was quantized, ready for `JSON.stringify`. */
export interface QuantizationRecord {
  /** Tells the JSON from that of other versions. */
  readonly format: typeof RECORD_FORMAT;
  /** Version of this library. */
  readonly version: string;
  /** The recipe that was named; `options` says what was in effect. */
  readonly recipe: RecipeName;
  /** Every part of the recipe, as it was in effect. */
  readonly options: RecipeOptions;
  /** Ops that the caller kept in float32. */
  readonly keptFloat: readonly string[];
  /** Names of the observers that reduced values to ranges. */
  readonly observer: string;
  /** LSTM and dense layers whose input got a scale per channel. */
  readonly scaledInputs: readonly string[];
  /** LSTM layers that read copies of their input. */
  readonly copiedInputs: readonly string[];
  /** LSTM layers that got units of constant output. */
  readonly widenedLayers: readonly string[];
  /** Number of representative sequences. */
  readonly samples: number;
}

export const RECORD_FORMAT = 'octogate-quantization-1';

/** Name of the attachment of a `.tflite` file that holds the record. */
export const RECORD_METADATA_NAME = 'octogate.quantization';

export function quantizationRecord(
  facts: Omit<QuantizationRecord, 'format' | 'version'>,
): QuantizationRecord {
  return { format: RECORD_FORMAT, version, ...facts };
}

/** The record as attachments of a `.tflite` file: `exportTflite(graph, { metadata: recordMetadata(record) })`. */
export function recordMetadata(record: QuantizationRecord): Readonly<Record<string, Uint8Array>> {
  return { [RECORD_METADATA_NAME]: new TextEncoder().encode(JSON.stringify(record)) };
}
