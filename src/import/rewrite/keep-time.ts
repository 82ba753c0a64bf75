import { at } from '../../errors';
import type { FullyConnectedOp, Graph, LstmOp, Op, Tensor, TensorId } from '../../model';
import { mapTensors } from '../../model/map-tensors';
import { elementCount } from '../../model/shapes';
import { sameShape, viewGraph } from './graph-view';
import { denseFromPointwise } from './pointwise-convolution';
import { TensorPool } from './tensor-pool';

/**
 * Gives back the dimension of time that a converter took away where a model sees one timestep per call: layers that
 * compute rows take `[batch, 1, features]` as it comes instead of its rows. The values are the same; but the graph may
 * then be given many timesteps at once. Regroupings that nothing needs any more are left behind; `prune` removes them.
 */
export function keepTime(graph: Graph): Graph {
  const rewriter = new TimeKeeper(graph);
  const ops = graph.ops.flatMap((op) => rewriter.rewrite(op));
  const outputs = graph.outputs.map((id) => rewriter.output(id));
  return { ...graph, tensors: rewriter.tensorsNamedAs(graph.outputs, outputs), ops, outputs };
}

class TimeKeeper {
  private readonly pool: TensorPool;
  private readonly shapes: (readonly number[])[];
  /** Per tensor, one with the same elements in the same order, under the dimensions that they first had. */
  private readonly originals = new Map<TensorId, TensorId>();

  constructor(private readonly graph: Graph) {
    this.pool = new TensorPool(graph.tensors);
    this.shapes = [...viewGraph(graph).shapes];
  }

  rewrite(before: Op): Op[] {
    const renamed = mapTensors(
      before,
      (id) => this.read(id),
      (id) => id,
    );
    const op = denseFromPointwise(renamed, this.pool);
    if (this.regroups(op)) this.originals.set(op.output, this.originalOf(op.input));
    switch (op.kind) {
      case 'lstm': {
        if (!op.oneStep || !this.hasSequence(op.input)) return [op];
        const [direction] = op.directions;
        return this.overTime(op, direction.output, (output) => ({
          ...op,
          input: this.originalOf(op.input),
          oneStep: false,
          directions: [{ ...direction, output }],
        }));
      }
      case 'fullyConnected':
        if (!this.hasSequence(op.input)) return [op];
        return this.overTime(op, op.output, (output) => ({
          ...op,
          input: this.originalOf(op.input),
          keepDims: true,
          output,
        }));
      default:
        return [op];
    }
  }

  /** What stands for an output of the graph; an input stays what it is. */
  output(id: TensorId): TensorId {
    return this.graph.inputs.includes(this.originalOf(id)) ? id : this.read(id);
  }

  /** All tensors; outputs that were replaced keep their names, by which callers know them. */
  tensorsNamedAs(before: readonly TensorId[], after: readonly TensorId[]): Tensor[] {
    const tensors = [...this.pool.tensors];
    for (const [index, id] of after.entries()) {
      tensors[id] = { ...at(tensors, id), name: at(this.graph.tensors, at(before, index)).name };
    }
    return tensors;
  }

  /** The op over a whole sequence, and the regrouping of its output into what the op made before. */
  private overTime<T extends LstmOp | FullyConnectedOp>(
    op: T,
    output: TensorId,
    widened: (output: TensorId) => T,
  ): Op[] {
    const shape = this.shapeOf(output);
    const lead = this.shapeOf(this.originalOf(op.input)).slice(0, -1);
    const { name } = at(this.graph.tensors, output);
    const wideShape = [...lead, at(shape, shape.length - 1)];
    const wide = this.pool.activation(`${name} over time`, wideShape);
    this.shapes[wide] = wideShape;
    this.originals.set(output, wide);
    const { sourceIndex } = op;
    return [
      widened(wide),
      { kind: 'reshape', name: `${op.name}_rows`, sourceIndex, input: wide, output, shape },
    ];
  }

  private shapeOf(id: TensorId): readonly number[] {
    return at(this.shapes, id);
  }

  private originalOf(id: TensorId): TensorId {
    return this.originals.get(id) ?? id;
  }

  /** A tensor under its original's id, if it has the same dimensions again. */
  private read(id: TensorId): TensorId {
    const original = this.originalOf(id);
    return sameShape(this.shapeOf(original), this.shapeOf(id)) ? original : id;
  }

  /** Whether a tensor's rows of features were the timesteps of `[batch, 1, features]`. */
  private hasSequence(id: TensorId): boolean {
    const original = this.originalOf(id);
    const shape = this.shapeOf(original);
    return original !== id && shape.length === 3 && shape[1] === 1 && shape[2] === this.shapeOf(id).at(-1);
  }

  /** Whether an op leaves its input's elements in their row-major order. */
  private regroups(op: Op): op is Extract<Op, { kind: 'reshape' | 'slice' | 'transpose' | 'pad' }> {
    switch (op.kind) {
      case 'reshape':
        return true;
      case 'slice': {
        const isAll = elementCount(this.shapeOf(op.input)) === elementCount(this.shapeOf(op.output));
        return isAll && op.dimensions.every((part) => part.kind !== 'range' || part.stride > 0);
      }
      case 'transpose': {
        const moved = op.permutation.filter((axis) => at(this.shapeOf(op.input), axis) > 1);
        return moved.every((axis, index) => index === 0 || axis > at(moved, index - 1));
      }
      case 'pad':
        return op.paddings.flat().every((elements) => elements === 0);
      default:
        return false;
    }
  }
}
