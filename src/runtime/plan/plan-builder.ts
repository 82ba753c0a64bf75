import { packRows, rowWords } from '../../contract/packing';
import type { Specialization, KernelContract } from '../../contract/kernel-contract';
import { at, LimitError } from '../../errors';
import type { TensorId } from '../../model';
import { constantInput } from '../constant-inputs';
import type { ComputedValue } from '../executor';
import type { StackedProgram } from './layer-kernels';
import type {
  BufferRange,
  GpuPlan,
  PlannedBuffer,
  PlannedCommand,
  PlannedDispatch,
  PlannedLayerState,
  PlannedTrace,
  PlannedValue,
  StatePair,
} from './plan';

/** WebGPU's default limits, which we stay within so that what loads here loads everywhere. */
export const MAX_BINDING_BYTES = 128 * 2 ** 20;
export const MAX_WORKGROUPS = 65_535;
const OFFSET_ALIGNMENT_BYTES = 256;

/** What the kernels of a device can use; chosen once per device. */
export interface KernelPath {
  /** `dot4I8Packed`, or exact unpacking where the language feature is missing. */
  readonly dot: 'packed' | 'unpacked';
  /** Whether neighbouring invocations pass activation rows to each other, for which subgroups of 8 are needed. */
  readonly rows: RowSharing;
}

export type RowSharing = 'subgroup' | 'plain';

/** Collects the buffers and commands of a plan; one method per thing that an op's planner may ask for. */
export class PlanBuilder {
  readonly #commands: PlannedCommand[] = [];
  readonly #values = new Map<number, PlannedValue>();
  readonly #states: PlannedLayerState[] = [];
  readonly #traces: PlannedTrace[] = [];
  readonly #alternatives: Readonly<Record<string, string>>;
  #op = '';

  constructor(
    readonly model: StackedProgram,
    readonly shapes: readonly (readonly number[])[],
    path: KernelPath,
  ) {
    this.#alternatives = {
      'lib/dot4.wgsl': `lib/dot4_${path.dot}.wgsl`,
      'lib/row_tile_product.wgsl': `lib/row_tile_product_${path.rows}.wgsl`,
      'lib/neighbour_words.wgsl': `lib/neighbour_words_${path.rows}.wgsl`,
    };
  }

  /** Names the op that dispatches belong to from here on. */
  beginOp(name: string): void {
    this.#op = name;
  }

  /** Dimensions of a tensor in this plan. */
  shapeOf(id: TensorId): readonly number[] {
    return at(this.shapes, id);
  }

  /** The device storage of a tensor; made when it is first asked for. A constant's is the model's. */
  value(id: TensorId): PlannedValue {
    const known = this.#values.get(id);
    if (known !== undefined) return known;
    const constant = constantInput(this.model.program.graph, id);
    if (constant !== null) return this.#constantValue(id, constant);
    const [value] = this.adjacentValues([id], `tensor ${id}`);
    return value;
  }

  /** Values of equal shape in one buffer, each where a bind group may point; how directions share a binding. */
  adjacentValues(
    ids: readonly [TensorId, ...TensorId[]],
    label: string,
  ): readonly [PlannedValue, ...PlannedValue[]] {
    const layout = this.#layoutOf(ids[0]);
    const byteLength = alignOffset(valueBytes(layout));
    const { buffer } = this.scratch(label, byteLength * ids.length);
    const [first, ...rest] = ids.map((id, index): PlannedValue => {
      const value = { ...layout, range: { buffer, offset: index * byteLength, byteLength } };
      this.#values.set(id, value);
      return value;
    });
    if (first === undefined) throw new TypeError('adjacentValues needs a tensor');
    return [first, ...rest];
  }

  #constantValue(id: TensorId, values: ComputedValue): PlannedValue {
    const layout = this.#layoutOf(id);
    const range = this.constant(`tensor ${id}`, valueBytes(layout), () =>
      values instanceof Int8Array
        ? packRows(values, layout.rows, layout.rowElements)
        : new Float32Array(values),
    );
    const value = { ...layout, range };
    this.#values.set(id, value);
    return value;
  }

  /** A view of a value's bytes under another tensor's name: what a reshape that moves nothing is. */
  alias(id: TensorId, range: BufferRange): void {
    this.#values.set(id, { ...this.#layoutOf(id), range });
  }

  #layoutOf(id: TensorId): Omit<PlannedValue, 'range'> {
    const shape = this.shapeOf(id);
    const rowElements = shape.at(-1) ?? 1;
    const rows = shape.slice(0, -1).reduce((product, size) => product * size, 1);
    return { dtype: at(this.model.program.graph.tensors, id).dtype, shape, rows, rowElements };
  }

  /** Constant words of the model, packed when they are first uploaded and shared by all sessions. */
  constant(key: string, byteLength: number, contents: () => ArrayBufferView<ArrayBuffer>): BufferRange {
    return wholeOf(this.#buffer({ key, lifetime: 'model', byteLength, usage: 'storage', contents }));
  }

  /** Constants of the model that kernels take as a uniform. */
  constantUniform(
    key: string,
    byteLength: number,
    contents: () => ArrayBufferView<ArrayBuffer>,
  ): BufferRange {
    return wholeOf(this.#buffer({ key, lifetime: 'model', byteLength, usage: 'uniform', contents }));
  }

  /** Parameters of a kernel, from `packStruct`. */
  uniform(key: string, bytes: ArrayBuffer): BufferRange {
    return wholeOf(
      this.#buffer({
        key,
        lifetime: 'plan',
        byteLength: bytes.byteLength,
        usage: 'uniform',
        contents: () => new Uint8Array(bytes),
      }),
    );
  }

  /** Zeroed storage of this plan. */
  scratch(key: string, byteLength: number): BufferRange {
    return wholeOf(this.#buffer({ key, lifetime: 'plan', byteLength, usage: 'storage', contents: null }));
  }

  /** Storage that outlives plans and belongs to the session. */
  sessionBuffer(key: string, byteLength: number): PlannedBuffer {
    return this.#buffer({ key, lifetime: 'session', byteLength, usage: 'storage', contents: null });
  }

  state(state: PlannedLayerState): void {
    this.#states.push(state);
  }

  trace(trace: PlannedTrace): void {
    this.#traces.push(trace);
  }

  push(command: PlannedCommand): void {
    this.#commands.push(command);
  }

  /** A dispatch with this device's kernel alternatives, besides its own. */
  dispatch<C extends KernelContract>(
    contract: C,
    specialization: Omit<Specialization<C>, 'alternatives'> & Partial<Pick<Specialization, 'alternatives'>>,
    rest: Pick<PlannedDispatch, 'bindings' | 'workgroups' | 'work'>,
  ): PlannedDispatch {
    const excess = rest.workgroups.find((count) => count > MAX_WORKGROUPS);
    if (excess !== undefined) {
      throw new LimitError(
        `${contract.kernel}: ${excess} workgroups exceed WebGPU's limit of ${MAX_WORKGROUPS}; use a smaller batch or fewer timesteps per call`,
      );
    }
    return {
      kind: 'dispatch',
      op: this.#op,
      contract,
      specialization: {
        ...specialization,
        alternatives: { ...this.#alternatives, ...specialization.alternatives },
      },
      ...rest,
    };
  }

  build(): GpuPlan {
    return { commands: this.#commands, values: this.#values, states: this.#states, traces: this.#traces };
  }

  #buffer(buffer: PlannedBuffer): PlannedBuffer {
    if (buffer.byteLength > MAX_BINDING_BYTES) {
      throw new LimitError(
        `${buffer.key}: ${buffer.byteLength} bytes exceed WebGPU's default binding limit of ${MAX_BINDING_BYTES}; ` +
          (buffer.lifetime === 'model'
            ? 'split the layer'
            : 'use a smaller batch or fewer timesteps per call'),
      );
    }
    return { ...buffer, byteLength: Math.max(16, Math.ceil(buffer.byteLength / 16) * 16) };
  }
}

/** The current or next buffer of a pair as a binding. */
export function current(pair: StatePair): { pair: StatePair; role: 'current' } {
  return { pair, role: 'current' };
}

export function next(pair: StatePair): { pair: StatePair; role: 'next' } {
  return { pair, role: 'next' };
}

/** Bytes that a tensor's elements take on the device. */
export function valueBytes({
  dtype,
  rows,
  rowElements,
}: Pick<PlannedValue, 'dtype' | 'rows' | 'rowElements'>): number {
  return rows * (dtype === 'int8' ? rowWords(rowElements) : rowElements) * 4;
}

export function alignOffset(bytes: number): number {
  return Math.ceil(bytes / OFFSET_ALIGNMENT_BYTES) * OFFSET_ALIGNMENT_BYTES;
}

/** All of a buffer as a binding. */
export function wholeOf(buffer: PlannedBuffer): BufferRange {
  return { buffer, offset: 0, byteLength: buffer.byteLength };
}
