import { readTflite } from '../../import/tflite';
import { reportQuantization } from '../../report/report';
import type { QuantizationReport } from '../../report/report';
import type { SampleData } from '../data/sample-data';
import { startProgress } from '../progress';
import type { SourceModel } from '../source-model';
import type { QuantizedFile } from './quantize-model';

/** Runs the float model and what the file holds, with a progress bar. */
export async function measureReport(
  { fileBytes }: SourceModel,
  quantized: QuantizedFile,
  { model, samples, data }: { readonly model: string; readonly samples: SampleData; readonly data: string },
): Promise<QuantizationReport> {
  const progress = startProgress(samples.count);
  try {
    return await reportQuantization(quantized.floatGraph, readTflite(quantized.file), samples, {
      model,
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
