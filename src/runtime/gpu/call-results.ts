import { unpackRows } from '../../contract/packing';
import { at } from '../../errors';
import type { CommandRecorder, GpuBuffer } from '../../gpu';
import type { DType, TensorId } from '../../model';
import { elementCount, evaluateShapes } from '../../model/shapes';
import type { ComputedValue, ExecutableModel, RunRequest } from '../executor';
import type { BufferRange, PlannedValue } from '../plan/plan';
import { valueBytes } from '../plan/plan-builder';
import type { Segment } from '../plan/segments';
import type { MaterializedPlan } from './materialized-plan';
import { placeTime } from './row-transfer';

/** Gathers what a call's segments bring back, in one readback each. */
export class CallResults {
  readonly values = new Map<TensorId, ComputedValue>();
  readonly #model: ExecutableModel;
  readonly #sizes: { readonly batch: number; readonly timesteps: number };
  readonly #request: RunRequest;

  constructor(model: ExecutableModel, batch: number, request: RunRequest) {
    this.#model = model;
    this.#sizes = { batch, timesteps: request.timesteps };
    this.#request = request;
    const shapes = evaluateShapes(model.shapes, this.#sizes);
    for (const id of request.wanted) {
      const input = request.inputs.get(id);
      const elements = elementCount(at(shapes, id));
      const { dtype } = at(model.program.graph.tensors, id);
      if (input !== undefined && !(input instanceof Int32Array)) this.values.set(id, input);
      else this.values.set(id, emptyValue(dtype, elements));
    }
  }

  /** Submits a segment's last part and takes in its results when they arrive. */
  async read(
    recorder: CommandRecorder,
    { plan, buffers, completionTimes }: MaterializedPlan,
    segment: Segment,
  ): Promise<void> {
    const wanted = [...this.values.keys()].flatMap((id) => {
      const planned = plan.values.get(id);
      return planned === undefined || this.#request.inputs.has(id) ? [] : [{ id, planned }];
    });
    const traces = this.#request.onTrace === null ? [] : plan.traces;
    const ranges = [
      ...wanted.map(({ planned }) => rangeOf(buffers, { ...planned.range, byteLength: valueBytes(planned) })),
      ...traces.flatMap(({ stages, inputAccumulators }) => [
        rangeOf(buffers, stages),
        rangeOf(buffers, inputAccumulators),
      ]),
    ];
    if (ranges.length === 0) {
      recorder.submit();
      return;
    }
    const [parts, tracing] = await Promise.all([
      recorder.submitAndRead(ranges, completionTimes),
      traces.length === 0 ? null : import('./segment-traces'),
    ]);
    wanted.forEach(({ id, planned }, index) => {
      const words = wordsOf(at(parts, index));
      const slice = decodedValue(planned, words);
      const values = this.values.get(id);
      if (values !== undefined)
        placeTime(slice, values, at(this.#model.shapes.tensors, id), this.#sizes, segment);
    });
    traces.forEach(({ layer }, index) => {
      const traced = {
        layer,
        stages: new Int32Array(wordsOf(at(parts, wanted.length + 2 * index)).buffer),
        inputAccumulators: new Int32Array(wordsOf(at(parts, wanted.length + 2 * index + 1)).buffer),
      };
      const { lengths, onTrace } = this.#request;
      for (const trace of tracing?.segmentTraces(this.#model, this.#sizes.batch, lengths, segment, traced) ??
        []) {
        onTrace?.(trace);
      }
    });
  }
}

function emptyValue(dtype: DType, elements: number): ComputedValue {
  if (dtype === 'float32') return new Float32Array(elements);
  return dtype === 'int16' ? new Int16Array(elements) : new Int8Array(elements);
}

/** A value as the device holds it: float32 and int16 in a word each, int8 packed. */
function decodedValue({ dtype, rows, rowElements }: PlannedValue, words: Uint32Array): ComputedValue {
  if (dtype === 'float32') return new Float32Array(words.buffer, words.byteOffset, words.length);
  return dtype === 'int16' ? Int16Array.from(words) : unpackRows(words, rows, rowElements);
}

function rangeOf(
  buffers: ReadonlyMap<string, GpuBuffer>,
  { buffer, offset, byteLength }: BufferRange,
): { buffer: GpuBuffer<'storage'>; offsetBytes: number; sizeBytes: number } {
  const made = buffers.get(buffer.key);
  if (made === undefined) throw new TypeError(`${buffer.key} has no buffer`);
  return { buffer: made as GpuBuffer<'storage'>, offsetBytes: offset, sizeBytes: byteLength };
}

function wordsOf(bytes: Uint8Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}
