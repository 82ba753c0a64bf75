import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { ScalarType } from '@bufbuild/protobuf';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { ModelFormatError } from '../../errors';

/**
 * Fields and listed numbers that one file may make us read. Weights do not count: they stay bytes. A model needs some
 * dozens per node; a file that claims millions of empty nodes, a few bytes each, would take memory out of all proportion.
 */
const MAX_FIELDS = 1_000_000;

const REMEDY = 'the file is damaged or truncated; get it again';

/**
 * Walks an encoded message before it is decoded: every field lies inside the message that holds it and is written as the
 * schema says, and there are not too many of them.
 *
 * @throws ModelFormatError for anything else.
 */
export function checkEncoding(schema: DescMessage, bytes: Uint8Array): void {
  const fields = { left: MAX_FIELDS };
  try {
    checkMessage(schema, bytes, fields);
  } catch (error) {
    if (error instanceof ModelFormatError) throw error;
    throw new ModelFormatError(`the file is not a well-formed ONNX model; ${REMEDY}`, { cause: error });
  }
}

function checkMessage(schema: DescMessage, bytes: Uint8Array, fields: { left: number }): void {
  const known = fieldsOf(schema);
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    const field = known.get(number);
    spend(fields, 1);
    if (field === undefined) {
      reader.skip(wireType, number);
      continue;
    }
    if (wireType !== WireType.LengthDelimited) {
      if (wireTypeOf(field) !== wireType) throw misplaced(schema, field);
      reader.skip(wireType, number);
      continue;
    }
    if (!mayBeDelimited(field)) throw misplaced(schema, field);
    const content = reader.bytes();
    if (field.message !== undefined) checkMessage(field.message, content, fields);
    else if (isNumber(field)) spend(fields, content.length);
  }
}

const FIELDS = new WeakMap<DescMessage, ReadonlyMap<number, DescField>>();

function fieldsOf(schema: DescMessage): ReadonlyMap<number, DescField> {
  const known = FIELDS.get(schema) ?? new Map(schema.fields.map((field) => [field.number, field]));
  FIELDS.set(schema, known);
  return known;
}

/** How one element of a field is written. */
function wireTypeOf(field: DescField): WireType {
  if (field.message !== undefined) return WireType.LengthDelimited;
  switch (field.scalar) {
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return WireType.LengthDelimited;
    case ScalarType.FLOAT:
      return WireType.Bit32;
    default:
      return WireType.Varint;
  }
}

function isNumber(field: DescField): boolean {
  return wireTypeOf(field) !== WireType.LengthDelimited;
}

/** Lists of numbers may be packed. */
function mayBeDelimited(field: DescField): boolean {
  return !isNumber(field) || field.fieldKind === 'list';
}

function spend(fields: { left: number }, count: number): void {
  fields.left -= count;
  if (fields.left >= 0) return;
  throw new ModelFormatError(
    `the file has more than ${MAX_FIELDS} fields outside its weights; split the model`,
  );
}

function misplaced(schema: DescMessage, field: DescField): ModelFormatError {
  return new ModelFormatError(
    `a field ${field.name} of ${schema.name} is not written as ONNX does; ${REMEDY}`,
  );
}
