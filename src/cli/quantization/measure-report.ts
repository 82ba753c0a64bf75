import type { GpuProfile } from '../../bench';
import { readTflite } from '../../import/tflite';
import { reportQuantization } from '../../report/report';
import type { QuantizationReport } from '../../report/report';
import type { SampleData } from '../data/sample-data';
import { startProgress } from '../progress';
import type { SourceModel } from '../source-model';
import { deviceOf, plannedCall } from './planned-costs';
import type { QuantizedFile } from './quantize-model';

/** What a report is to tell of. */
export interface MeasureOptions {
  /** What it calls the model. */
  readonly model: string;
  readonly samples: SampleData;
  /** What the samples are. */
  readonly data: string;
  /** Which GPU times are predicted for; null for a nominal one. */
  readonly gpu: GpuProfile | null;
}

/** Runs the float model and what the file holds, with a progress bar. */
export async function measureReport(
  { graph, fileBytes }: SourceModel,
  quantized: QuantizedFile,
  { model, samples, data, gpu }: MeasureOptions,
): Promise<QuantizationReport> {
  const integer = readTflite(quantized.file);
  const progress = startProgress(samples.count);
  try {
    return await reportQuantization(quantized.floatGraph, integer, samples, {
      model,
      original: graph,
      ...(gpu === null ? {} : { device: deviceOf(gpu), plan: plannedCall(integer, samples.timesteps, gpu) }),
      record: quantized.record,
      data,
      fileBytes: { float: fileBytes, integer: quantized.file.length },
      onProgress: (done) => {
        progress.update(done, `comparing: sequence ${done} of ${samples.count}`);
      },
    });
  } finally {
    progress.stop();
  }
}
