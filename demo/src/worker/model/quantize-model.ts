import { exportTflite } from 'octogate/export';
import { importModel } from 'octogate/import';
import type { Graph } from 'octogate/import';
import { quantize, recordMetadata } from 'octogate/quantize';
import type { CalibrationSample, RecipeName } from 'octogate/quantize';
import { reportQuantization } from 'octogate/report';
import type { QuantizationReport } from 'octogate/report';

/** How far it has come, for a progress bar. */
export interface QuantizationStep {
  readonly phase: 'calibrating' | 'rounding' | 'comparing';
  readonly done: number;
  readonly total: number;
}

export interface QuantizationJob {
  readonly name: string;
  readonly graph: Graph;
  readonly fileBytes: number;
  readonly samples: readonly CalibrationSample[];
  /** What the report says of the data. */
  readonly data: string;
  readonly recipe: RecipeName;
  readonly onProgress: (step: QuantizationStep) => void;
  readonly signal: AbortSignal;
}

export interface QuantizedFile {
  readonly file: Uint8Array<ArrayBuffer>;
  readonly report: QuantizationReport;
}

/** More sequences would tell little more, and take as much longer. */
const MOST_COMPARED = 12;

/**
 * Quantizes, writes the file, and runs both forms side by side.
 *
 * @throws CalibrationError, QuantizationError naming what stands in the way; the signal's reason.
 */
export async function quantizeModel(job: QuantizationJob): Promise<QuantizedFile> {
  const { name, graph, samples, recipe, onProgress, signal } = job;
  const quantized = await quantize(graph, breathing(samples, signal), {
    recipe,
    signal,
    onProgress: (step) => {
      onProgress(step.phase === 'rounding' ? step : { ...step, total: samples.length });
    },
  });
  const file = exportTflite(quantized.graph, {
    description: `${name}, quantized by octogate`,
    metadata: recordMetadata(quantized.record),
  });
  const compared = samples.slice(0, MOST_COMPARED);
  onProgress({ phase: 'comparing', done: 0, total: compared.length });
  // What the file holds is compared, not what it was written from.
  const report = await reportQuantization(
    quantized.floatGraph,
    await importModel(file),
    breathing(compared, signal),
    {
      model: name,
      original: job.graph,
      record: quantized.record,
      data: job.data,
      fileBytes: { float: job.fileBytes, integer: file.length },
      onProgress: (done) => {
        onProgress({ phase: 'comparing', done, total: compared.length });
      },
      signal,
    },
  );
  return { file, report };
}

/** Samples with a pause before each, in which the worker hears of an abort. */
async function* breathing(
  samples: readonly CalibrationSample[],
  signal: AbortSignal,
): AsyncGenerator<CalibrationSample, void, undefined> {
  for (const sample of samples) {
    await new Promise((resolve) => setTimeout(resolve));
    signal.throwIfAborted();
    yield sample;
  }
}
