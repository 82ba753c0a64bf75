import { ByteBuffer } from 'flatbuffers';

/**
 * A copy of an integer LSTM model for old TFLite builds. They subtract the hidden value's zero point (that of the LSTM's
 * fifth intermediate tensor) also in layers without projection, where today's TFLite adds it; negating it there makes the
 * old build compute what today's computes.
 *
 * @param model A `.tflite` file.
 * @throws {Error} if another tensor shares the zero point, so that it cannot be changed alone.
 */
export function negateHiddenZeroPoints(model: Uint8Array): Uint8Array {
  const copy = model.slice();
  const file = new ByteBuffer(copy);
  const root = file.readInt32(0);
  const opcodes = tables(file, root, MODEL.operatorCodes).map((code) => builtinCode(file, code));
  for (const subgraph of tables(file, root, MODEL.subgraphs)) {
    const zeroPoints = tables(file, subgraph, SUBGRAPH.tensors).map((tensor) =>
      zeroPointAddress(file, tensor),
    );
    const hidden = tables(file, subgraph, SUBGRAPH.operators)
      .filter((op) => LSTM_CODES.includes(opcodes[opcodeIndex(file, op)]!))
      .filter((op) => indices(file, op, OPERATOR.inputs)[PROJECTION_INPUT] === ABSENT)
      .map((op) => indices(file, op, OPERATOR.intermediates)[HIDDEN_INTERMEDIATE])
      .filter((tensor) => tensor !== undefined);
    for (const tensor of new Set(hidden)) {
      const address = zeroPoints[tensor];
      if (address === undefined) continue;
      if (zeroPoints.filter((other) => other === address).length > 1) {
        throw new Error(`tensor ${tensor} shares its zero point with another tensor`);
      }
      file.writeInt64(address, -file.readInt64(address));
    }
  }
  return copy;
}

/** UNIDIRECTIONAL_SEQUENCE_LSTM and LSTM. */
const LSTM_CODES = [44, 16];
const PROJECTION_INPUT = 16;
const HIDDEN_INTERMEDIATE = 4;
const ABSENT = -1;

// Field slots of the public TFLite schema: 4 + 2 * the field's number.
const MODEL = { operatorCodes: 6, subgraphs: 8 };
const OPERATOR_CODE = { deprecatedBuiltinCode: 4, builtinCode: 10 };
const SUBGRAPH = { tensors: 4, operators: 10 };
const TENSOR = { quantization: 12 };
const QUANTIZATION = { zeroPoint: 10 };
const OPERATOR = { opcodeIndex: 4, inputs: 6, intermediates: 20 };

function tables(file: ByteBuffer, table: number, slot: number): number[] {
  return elements(file, table, slot, 4).map((address) => file.__indirect(address));
}

function indices(file: ByteBuffer, table: number, slot: number): number[] {
  return elements(file, table, slot, 4).map((address) => file.readInt32(address));
}

/** Addresses of a vector's elements. */
function elements(file: ByteBuffer, table: number, slot: number, elementBytes: number): number[] {
  const offset = file.__offset(table, slot);
  if (offset === 0) return [];
  const start = file.__vector(table + offset);
  return Array.from(
    { length: file.__vector_len(table + offset) },
    (_, index) => start + index * elementBytes,
  );
}

/** Codes up to 127 are stored in a byte of older schemas, which newer writers fill as well. */
function builtinCode(file: ByteBuffer, operatorCode: number): number {
  const deprecated = file.__offset(operatorCode, OPERATOR_CODE.deprecatedBuiltinCode);
  const current = file.__offset(operatorCode, OPERATOR_CODE.builtinCode);
  return Math.max(
    deprecated === 0 ? 0 : file.readInt8(operatorCode + deprecated),
    current === 0 ? 0 : file.readInt32(operatorCode + current),
  );
}

function opcodeIndex(file: ByteBuffer, operator: number): number {
  const offset = file.__offset(operator, OPERATOR.opcodeIndex);
  return offset === 0 ? 0 : file.readUint32(operator + offset);
}

/** Address of a per-tensor zero point; undefined where none is stored, which means 0. */
function zeroPointAddress(file: ByteBuffer, tensor: number): number | undefined {
  const offset = file.__offset(tensor, TENSOR.quantization);
  if (offset === 0) return undefined;
  return elements(file, file.__indirect(tensor + offset), QUANTIZATION.zeroPoint, 8)[0];
}
