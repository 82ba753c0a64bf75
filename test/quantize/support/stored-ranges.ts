import { ByteBuffer } from 'flatbuffers';
import type { CalibrationRanges, Range } from '../../../src/quantize';

/** Field ids of the public `.tflite` format. */
const MODEL = { subgraphs: 2 } as const;
const SUBGRAPH = { tensors: 0, operators: 3 } as const;
const TENSOR = { name: 3, quantization: 4 } as const;
const QUANTIZATION = { min: 0, max: 1 } as const;
const OPERATOR = { intermediates: 8 } as const;
const GATES = ['input', 'forget', 'cell', 'output'] as const;

/** The ranges that TFLite's calibrator stores in a float model of one LSTM, `lstm_0`; our IR does not carry them. */
export function storedRanges(file: Uint8Array): CalibrationRanges {
  const bytes = new ByteBuffer(file);
  const model = bytes.readInt32(0);
  const subgraph = tableAt(bytes, vector(bytes, model, MODEL.subgraphs), 0);
  const tensors = vector(bytes, subgraph, SUBGRAPH.tensors);
  const found: { name: string; range: Range | null }[] = Array.from(
    { length: tensors.length },
    (_, index) => {
      const tensor = tableAt(bytes, tensors, index);
      const name = bytes.__string(tensor + bytes.__offset(tensor, fieldOffset(TENSOR.name))) as string;
      const field = bytes.__offset(tensor, fieldOffset(TENSOR.quantization));
      if (field === 0) return { name, range: null };
      const quantization = bytes.__indirect(tensor + field);
      const [min, max] = [QUANTIZATION.min, QUANTIZATION.max].map((id) => vector(bytes, quantization, id));
      const range =
        min!.length === 1 ? { min: bytes.readFloat32(min!.start), max: bytes.readFloat32(max!.start) } : null;
      return { name, range };
    },
  );
  const intermediates = vector(
    bytes,
    tableAt(bytes, vector(bytes, subgraph, SUBGRAPH.operators), 0),
    OPERATOR.intermediates,
  );
  const internals: Record<string, Range> = {};
  for (let slot = 0; slot < intermediates.length; slot++) {
    const { range } = found[bytes.readInt32(intermediates.start + 4 * slot)]!;
    const gate = GATES[slot];
    const key = gate === undefined ? 'hidden' : `${gate} gate pre-activation`;
    if (range !== null) internals[`lstm_0/forward/${key}`] = range;
  }
  return {
    format: 'octogate-ranges-1',
    observer: 'stored in the file',
    samples: 0,
    tensors: Object.fromEntries(found.flatMap(({ name, range }) => (range === null ? [] : [[name, range]]))),
    internals,
  };
}

interface Vector {
  readonly start: number;
  readonly length: number;
}

function fieldOffset(id: number): number {
  return 4 + 2 * id;
}

function vector(bytes: ByteBuffer, table: number, id: number): Vector {
  const field = bytes.__offset(table, fieldOffset(id));
  if (field === 0) return { start: 0, length: 0 };
  return { start: bytes.__vector(table + field), length: bytes.__vector_len(table + field) };
}

function tableAt(bytes: ByteBuffer, { start }: Vector, index: number): number {
  return bytes.__indirect(start + 4 * index);
}
