import { ModelFormatError, UnsupportedModelError } from '../../errors';
import { quoted } from '../../errors/quoted';
import { CheckedByteBuffer } from './checked-byte-buffer';
import type { Model } from './generated/model';
import { getRootAsModel } from './generated/model';

/** Root offset and file identifier. */
const HEADER_BYTES = 8;
const IDENTIFIER = 'TFL3';
const SCHEMA_VERSION = 3;

/**
 * The root table of a `.tflite` file; everything read from it is bounds-checked.
 *
 * @throws ModelFormatError if the bytes are not a TFLite model; UnsupportedModelError for another schema version.
 */
export function openModel(bytes: Uint8Array): Model {
  if (bytes.length < HEADER_BYTES) {
    throw new ModelFormatError(
      `the file has ${bytes.length} bytes, too few for a TFLite model; pass the bytes of a .tflite file`,
    );
  }
  const found = Array.from(bytes.subarray(4, HEADER_BYTES), (byte) => String.fromCharCode(byte)).join('');
  if (found !== IDENTIFIER) {
    throw new ModelFormatError(
      `the file has ${quoted(found)} where a TFLite model has "${IDENTIFIER}"; pass the bytes of a .tflite file`,
    );
  }
  const model = getRootAsModel(new CheckedByteBuffer(bytes));
  if (model.version() !== SCHEMA_VERSION) {
    throw new UnsupportedModelError([
      {
        subject: 'the file',
        reason: `its schema version is ${model.version()}; version ${SCHEMA_VERSION} is read, convert the model again`,
      },
    ]);
  }
  return model;
}
