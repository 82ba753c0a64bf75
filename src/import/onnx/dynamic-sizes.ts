import { at, ModelFormatError, OctogateError } from '../../errors';
import { quoted } from '../../errors/quoted';
import type { Graph, Op } from '../../model';
import { opTensors } from '../../model';
import type { GraphProto, ValueInfoProto } from './generated/octogate_onnx_pb';
import { inferSizes } from '../graph-assembler';

/** Sizes of dimensions that a file leaves open, by the file's names for them. */
export type DimensionSizes = Readonly<Record<string, number>>;

/** Larger sizes than these in a file, and there is no open dimension to tell apart from them. */
const STAND_INS = [
  101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167, 173, 179, 181, 191, 193, 197, 199,
  211, 223, 227, 229, 233, 239, 241, 251, 257, 263, 269, 271, 277, 281, 283, 293, 307, 311, 313, 317, 331,
  337, 347, 349, 353,
] as const;

/**
 * Dimensions of any size. While the graph is made each has a prime number as its size that divides no other, so that
 * whatever the file computes from it, a reshape's target for one, shows what it was computed from. The finished graph
 * states 1 for them; sessions choose their own sizes where the graph's ops allow it. Where they do not, the caller may give
 * a dimension its size before all that.
 */
export class DynamicSizes {
  /** By label, the number that stands for the dimension. */
  readonly #open = new Map<string, number>();
  readonly #fixed: readonly number[];
  readonly #stated: DimensionSizes;

  constructor({ input, initializer }: GraphProto, stated: DimensionSizes) {
    const ofInputs = input.flatMap((each) => fixedSizes(each));
    const ofConstants = initializer.flatMap(({ dims }) => dims.map(Number));
    this.#fixed = [...ofInputs, ...ofConstants, ...Object.values(stated)];
    this.#stated = stated;
  }

  /** Dimensions of an input of the model. @throws ModelFormatError for sizes that are none. */
  inputShape(info: ValueInfoProto): number[] {
    const dimensions = info.type?.tensorType?.shape?.dim ?? [];
    return dimensions.map(({ value }, axis) => {
      if (value.case === 'dimValue' && value.value > 0n) return checkedSize(info.name, Number(value.value));
      const name = value.case === 'dimParam' ? value.value : '';
      const label = name === '' ? `${info.name}:${axis}` : name;
      return this.#stated[label] ?? this.#standIn(label);
    });
  }

  /**
   * The graph with the sizes to be stated.
   *
   * @throws ModelFormatError or UnsupportedModelError if an op does not run with them.
   */
  restate(graph: Graph): Graph {
    if (this.#open.size === 0) return graph;
    try {
      return this.#restated(graph);
    } catch (error) {
      if (!(error instanceof OctogateError)) throw error;
      const labels = [...this.#open.keys()].map(quoted).join(', ');
      throw new ModelFormatError(
        `the model does not run with 1 for its open dimensions ${labels}: ${error.message}; state sizes that it runs with`,
        { cause: error },
      );
    }
  }

  #restated(graph: Graph): Graph {
    const tensors = graph.tensors.map((tensor) =>
      tensor.data === null ? { ...tensor, shape: tensor.shape.map((size) => this.#sizeOf(size)) } : tensor,
    );
    const batches = new Set(
      graph.ops.flatMap((op) => opTensors(op).states.map(({ id }) => at(graph.tensors, id).shape[0] ?? 0)),
    );
    const ops = graph.ops.map((op): Op => {
      const restated = op.kind === 'reshape' ? { ...op, shape: this.#reshapeTarget(op.shape, batches) } : op;
      for (const [id, shape] of inferSizes(restated, tensors)) tensors[id] = { ...at(tensors, id), shape };
      return restated;
    });
    return { ...graph, tensors, ops };
  }

  /**
   * With one open dimension left to be worked out, the last one that is not the batch: then the op runs at other sizes as
   * it stands.
   */
  #reshapeTarget(shape: readonly number[], batches: ReadonlySet<number>): number[] {
    const open = [...shape.keys()].filter((axis) => this.#sizeOf(at(shape, axis)) !== shape[axis]);
    const free = open.length === 1 ? open : open.filter((axis) => !batches.has(at(shape, axis)));
    return shape.map((size, axis) => (axis === free.at(-1) ? -1 : this.#sizeOf(size)));
  }

  /** A size with 1 in the place of the stand-ins. */
  #sizeOf(size: number): number {
    let rest = size;
    for (const standIn of this.#open.values()) {
      while (rest > 0 && rest % standIn === 0) rest /= standIn;
    }
    return rest;
  }

  #standIn(label: string): number {
    const known = this.#open.get(label);
    if (known !== undefined) return known;
    const taken = [...this.#open.values()];
    const standIn = STAND_INS.find(
      (prime) => !taken.includes(prime) && !this.#fixed.some((size) => size % prime === 0 && size > 0),
    );
    if (standIn === undefined) {
      throw new ModelFormatError(
        'the model has more open dimensions than can be told apart; export it with fixed sizes but for batch and time',
      );
    }
    this.#open.set(label, standIn);
    return standIn;
  }
}

function fixedSizes(info: ValueInfoProto): number[] {
  const dimensions = info.type?.tensorType?.shape?.dim ?? [];
  return dimensions.flatMap(({ value }) => (value.case === 'dimValue' ? [Number(value.value)] : []));
}

function checkedSize(name: string, size: number): number {
  if (size <= 2 ** 31 - 1) return size;
  throw new ModelFormatError(`input ${quoted(name)}: a dimension of ${size}; at most 2^31 - 1 is expected`);
}
