import { at, ModelFormatError, OctogateError } from '../../errors';
import { quoted } from '../../errors/quoted';
import type { Graph, Op } from '../../model';
import { opTensors } from '../../model';
import type { GraphProto, ValueInfoProto } from './generated/octogate_onnx_pb';
import { inferSizes } from './graph-assembler';

/** Sizes to state for dimensions that a file leaves open, by the file's names for them. */
export type DimensionSizes = Readonly<Record<string, number>>;

/** Larger sizes than these in a file, and there is no open dimension to tell apart from them. */
const STAND_INS = [
  101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167, 173, 179, 181, 191, 193, 197, 199,
  211, 223, 227, 229, 233, 239, 241, 251, 257, 263, 269, 271, 277, 281, 283, 293, 307, 311, 313, 317, 331,
  337, 347, 349, 353,
] as const;

interface OpenDimension {
  readonly label: string;
  readonly standIn: number;
  readonly size: number;
}

/**
 * Dimensions of any size. While the graph is made each has a prime number as its size that divides no other, so that
 * whatever the file computes from it, a reshape's target for one, shows what it was computed from. The finished graph then
 * states another size, 1 unless the caller says otherwise; sessions choose their own where the graph's ops allow it.
 */
export class DynamicSizes {
  readonly #open = new Map<string, OpenDimension>();
  readonly #fixed: readonly number[];
  readonly #stated: DimensionSizes;

  constructor({ input, initializer }: GraphProto, stated: DimensionSizes) {
    const ofInputs = input.flatMap((each) => fixedSizes(each));
    this.#fixed = [...ofInputs, ...initializer.flatMap(({ dims }) => dims.map(Number))];
    this.#stated = stated;
  }

  /** Dimensions of an input of the model. @throws ModelFormatError for sizes that are none. */
  inputShape(info: ValueInfoProto): number[] {
    const dimensions = info.type?.tensorType?.shape?.dim ?? [];
    return dimensions.map(({ value }, axis) => {
      if (value.case === 'dimValue' && value.value > 0n) return checkedSize(info.name, Number(value.value));
      const name = value.case === 'dimParam' ? value.value : '';
      const label = name === '' ? `${info.name}:${axis}` : name;
      return this.#openDimension(label).standIn;
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
      const sizes = [...this.#open.values()]
        .map(({ label, size }) => `${quoted(label)} as ${size}`)
        .join(', ');
      throw new ModelFormatError(
        `the model does not run with its open dimensions ${sizes}: ${error.message}; state sizes that it runs with`,
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
   * With the open dimension left to be worked out where there is just one, or one that is not the batch: then the op runs
   * at other sizes as it stands.
   */
  #reshapeTarget(shape: readonly number[], batches: ReadonlySet<number>): number[] {
    const open = [...shape.keys()].filter((axis) => this.#sizeOf(at(shape, axis)) !== shape[axis]);
    const free = open.length === 1 ? open : open.filter((axis) => !batches.has(at(shape, axis)));
    return shape.map((size, axis) => (axis === free[0] ? -1 : this.#sizeOf(size)));
  }

  /** A size with the numbers to be stated in the place of the stand-ins. */
  #sizeOf(size: number): number {
    let rest = size;
    let product = 1;
    for (const { standIn, size: stated } of this.#open.values()) {
      while (rest > 0 && rest % standIn === 0) {
        rest /= standIn;
        product *= stated;
      }
    }
    return rest * product;
  }

  #openDimension(label: string): OpenDimension {
    const known = this.#open.get(label);
    if (known !== undefined) return known;
    const taken = [...this.#open.values()].map(({ standIn }) => standIn);
    const standIn = STAND_INS.find(
      (prime) => !taken.includes(prime) && !this.#fixed.some((size) => size % prime === 0 && size > 0),
    );
    if (standIn === undefined) {
      throw new ModelFormatError(
        `the model has more open dimensions than can be told apart; export it with fixed sizes but for batch and time`,
      );
    }
    const open = { label, standIn, size: this.#stated[label] ?? 1 };
    this.#open.set(label, open);
    return open;
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
