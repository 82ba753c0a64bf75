import { ModelFormatError, QuantizationError, UnsupportedModelError } from '../errors';
import { recognizeFormat } from '../import';
import { readAttachment } from '../import/tflite/attachment';
import { ConstantBuffers } from '../import/tflite/constant-buffers';
import { openModel } from '../import/tflite/open-model';
import { parseStoredRecord, RECORD_METADATA_NAME } from '../quantize';
import type { StoredRecord } from '../quantize';

/** What a file says about how it was quantized. */
export interface RecordedQuantization {
  /** The record; null if it cannot be read. */
  readonly record: StoredRecord | null;
  /** Why it cannot be read; null if it was. */
  readonly problem: string | null;
}

/**
 * The record that quantizing left in a file; null if there is none. It changes nothing about the model, so a damaged one is
 * no error.
 */
export function recordedQuantization(file: Uint8Array): RecordedQuantization | null {
  if (recognizeFormat(file) !== 'tflite') return null;
  try {
    const model = openModel(file);
    const attachment = readAttachment(model, new ConstantBuffers(model, file.length), RECORD_METADATA_NAME);
    return attachment === null ? null : { record: parseStoredRecord(attachment.value), problem: null };
  } catch (error) {
    if (isOfTheFile(error)) return { record: null, problem: error.message };
    throw error;
  }
}

function isOfTheFile(error: unknown): error is Error {
  return (
    error instanceof ModelFormatError ||
    error instanceof UnsupportedModelError ||
    error instanceof QuantizationError
  );
}
