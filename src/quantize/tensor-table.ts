import { at, QuantizationError } from '../errors';
import type { DType, Graph, Quantization, Tensor, TensorData, TensorId } from '../model';
import { perTensor } from './resolve';
import type { ResolvedTensor } from './resolve';
import type { Affine } from './scale';

/**
 * The tensors of the integer graph, built from those of the float graph. An activation has one integer counterpart; a
 * constant has one per scale that it is used at, since converters merge equal constants of different roles.
 */
export class TensorTable {
  private readonly built: Tensor[] = [];
  private readonly activations = new Map<TensorId, TensorId>();
  private readonly constants = new Map<TensorId, TensorId[]>();

  constructor(private readonly source: Graph) {}

  /** All integer tensors; their ids are their positions. */
  get tensors(): readonly Tensor[] {
    return this.built;
  }

  /**
   * Gives an activation or state tensor its integer meaning.
   *
   * @throws QuantizationError if it already has another one: two ops write it.
   */
  define(id: TensorId, resolved: ResolvedTensor): TensorId {
    const { name, shape, isVariable } = at(this.source.tensors, id);
    if (this.activations.has(id)) {
      throw new QuantizationError(
        name,
        'is written by two ops; expected a graph in which each tensor has one',
      );
    }
    const { dtype } = resolved;
    const defined = this.append({
      ...{ name, shape, dtype, isVariable },
      quantization: perTensor(resolved),
      data: null,
    });
    this.activations.set(id, defined);
    return defined;
  }

  /**
   * The integer counterpart of an activation.
   *
   * @throws QuantizationError if no op has written it yet.
   */
  get(id: TensorId): TensorId {
    const defined = this.activations.get(id);
    if (defined !== undefined) return defined;
    const { name } = at(this.source.tensors, id);
    throw new QuantizationError(name, 'is read before any op writes it; expected ops in execution order');
  }

  /** Scale and zero point of an activation that is already defined. */
  affineOf(id: TensorId): Affine {
    const { name, quantization } = at(this.built, this.get(id));
    if (quantization === null) throw new QuantizationError(name, 'has no scale');
    return { scale: at(quantization.scales, 0), zeroPoint: at(quantization.zeroPoints, 0) };
  }

  /** Adds a constant at a scale, or finds it if the same one was added before. */
  constant(id: TensorId, dtype: DType, quantization: Quantization, data: TensorData): TensorId {
    const { name, shape, isVariable } = at(this.source.tensors, id);
    const uses = this.constants.get(id) ?? [];
    this.constants.set(id, uses);
    const found = uses.find((use) => {
      const tensor = at(this.built, use);
      return tensor.dtype === dtype && JSON.stringify(tensor.quantization) === JSON.stringify(quantization);
    });
    if (found !== undefined) return found;
    const added = this.append({
      name: uses.length === 0 ? name : `${name}_${uses.length}`,
      shape,
      dtype,
      quantization,
      data,
      isVariable,
    });
    uses.push(added);
    return added;
  }

  private append(tensor: Tensor): TensorId {
    this.built.push(tensor);
    return (this.built.length - 1) as TensorId;
  }
}
