import type { ConstantBuffers } from './constant-buffers';
import type { Model } from './generated/model';
import { readVector } from './vectors';

/** What a file has attached. */
export interface Attachment {
  /** The JSON in it; null if it holds something else. */
  readonly value: unknown;
}

/**
 * JSON that a file carries beside its graph; null if it has none of this name.
 *
 * @throws ModelFormatError or UnsupportedModelError if it is not within the file.
 */
export function readAttachment(model: Model, buffers: ConstantBuffers, name: string): Attachment | null {
  const attachments = readVector(model.metadataLength(), (index) => model.metadata(index));
  const attachment = attachments.find((metadata) => metadata.name() === name);
  if (attachment === undefined) return null;
  const bytes = buffers.get(attachment.buffer(), `attachment ${name}`);
  return { value: bytes === null ? null : parse(new TextDecoder().decode(bytes)) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
