import { at, QuantizationError } from '../errors';
import type { DType, Graph, Op, Quantization, Tensor, TensorData, TensorId } from '../model';
import type { CalibrationRanges } from './range';
import { INPUT_RULE } from './recipe';
import { perTensor, rangeAt } from './resolve';
import type { ResolvedTensor } from './resolve';
import { asymmetricInt8 } from './scale';
import type { Affine } from './scale';
import { tensorSite } from './sites';

/** How a value is held: as integers of some meaning, or as real numbers. */
type Form = 'integer' | 'float';

/**
 * The integer graph, built op by op from the float graph. An activation may have an integer form, a float form, or both:
 * the op at the border, QUANTIZE or DEQUANTIZE, is put in where the other form is first asked for. A constant has one
 * tensor per scale that it is used at, since converters merge equal constants of different roles.
 */
export class IntegerGraphBuilder {
  private readonly built: Tensor[] = [];
  private readonly ops: Op[] = [];
  private readonly forms: Readonly<Record<Form, Map<TensorId, TensorId>>> = {
    integer: new Map(),
    float: new Map(),
  };
  private readonly constants = new Map<TensorId, TensorId[]>();
  private readonly requantizedForms = new Map<string, TensorId>();
  private readonly opNames: Set<string>;

  constructor(
    private readonly source: Graph,
    private readonly ranges: CalibrationRanges,
  ) {
    this.opNames = new Set(source.ops.map(({ name }) => name));
  }

  /** The graph so far. */
  build(inputs: readonly TensorId[], outputs: readonly TensorId[]): Graph {
    return { name: this.source.name, tensors: this.built, ops: this.ops, inputs, outputs };
  }

  addOp(op: Op): void {
    this.ops.push(op);
  }

  /**
   * Gives an activation or state tensor its integer meaning.
   *
   * @throws QuantizationError if it already has a form: two ops write it.
   */
  define(id: TensorId, resolved: ResolvedTensor): TensorId {
    const { name, shape, isVariable } = this.claim(id);
    const tensor = { name, shape, isVariable, dtype: resolved.dtype, data: null };
    return this.remember('integer', id, this.append({ ...tensor, quantization: perTensor(resolved) }));
  }

  /** Keeps an activation as it is: real numbers, or positions in a table. @throws as {@link define}. */
  defineUnchanged(id: TensorId): TensorId {
    const tensor = this.claim(id);
    return this.remember('float', id, this.append({ ...tensor, data: null }));
  }

  /**
   * The integer form of an activation.
   *
   * @throws QuantizationError if no op has written it yet, or it has to be quantized here and has no usable range.
   */
  integer(id: TensorId): TensorId {
    const defined = this.forms.integer.get(id);
    if (defined !== undefined) return defined;
    const { name, shape } = at(this.source.tensors, id);
    const input = this.defined(id, 'float');
    const output = this.append({
      name: `${name}_int8`,
      shape,
      dtype: INPUT_RULE.dtype,
      quantization: perTensor(this.calibrated(id)),
      data: null,
      isVariable: false,
    });
    this.addBorder('quantize', input, output);
    return this.remember('integer', id, output);
  }

  /** The float form of an activation. @throws QuantizationError if no op has written it yet. */
  float(id: TensorId): TensorId {
    const defined = this.forms.float.get(id);
    if (defined !== undefined) return defined;
    const { name, shape } = at(this.source.tensors, id);
    const input = this.defined(id, 'integer');
    const output = this.append({
      name: `${name}_float32`,
      ...{ shape, dtype: 'float32', quantization: null, data: null, isVariable: false },
    });
    this.addBorder('dequantize', input, output);
    return this.remember('float', id, output);
  }

  /** The integer form of an activation at a given scale; another op brings it there if it has its own. */
  integerAt(id: TensorId, affine: Affine): TensorId {
    const input = this.integer(id);
    const { scale, zeroPoint } = this.affineOf(id);
    if (scale === affine.scale && zeroPoint === affine.zeroPoint) return input;
    const key = `${id} ${affine.scale} ${affine.zeroPoint}`;
    const known = this.requantizedForms.get(key);
    if (known !== undefined) return known;
    const { name, shape } = at(this.source.tensors, id);
    const output = this.append({
      name: `${name}_rescaled`,
      ...{ shape, dtype: 'int8', quantization: perTensor(affine), data: null, isVariable: false },
    });
    this.addBorder('quantize', input, output);
    this.requantizedForms.set(key, output);
    return output;
  }

  /** An activation in the form that it was made in. @throws QuantizationError if no op has written it yet. */
  asMade(id: TensorId): TensorId {
    return this.forms.integer.get(id) ?? this.defined(id, 'float');
  }

  /** Scale and zero point of an activation's integer form. */
  affineOf(id: TensorId): Affine {
    const { name, quantization } = at(this.built, this.integer(id));
    if (quantization === null) throw new QuantizationError(name, 'has no scale');
    return { scale: at(quantization.scales, 0), zeroPoint: at(quantization.zeroPoints, 0) };
  }

  /** Adds a constant at a scale, or finds it if the same one was added before. */
  constant(id: TensorId, dtype: DType, quantization: Quantization | null, data: TensorData): TensorId {
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
      ...{ shape, dtype, quantization, data, isVariable },
    });
    uses.push(added);
    return added;
  }

  private calibrated(id: TensorId): Affine {
    const { group, key } = tensorSite(this.source, id);
    return asymmetricInt8(key, rangeAt(this.ranges[group], key));
  }

  private addBorder(kind: 'quantize' | 'dequantize', input: TensorId, output: TensorId): void {
    let index = this.ops.length;
    while (this.opNames.has(`${kind}_${index}`)) index += 1;
    const name = `${kind}_${index}`;
    this.opNames.add(name);
    this.addOp({ kind, name, sourceIndex: this.ops.length, input, output });
  }

  /** The form that an op wrote. */
  private defined(id: TensorId, form: Form): TensorId {
    const defined = this.forms[form].get(id);
    if (defined !== undefined) return defined;
    const { name } = at(this.source.tensors, id);
    throw new QuantizationError(name, 'is read before any op writes it; expected ops in execution order');
  }

  private claim(id: TensorId): Tensor {
    const tensor = at(this.source.tensors, id);
    if (!this.forms.integer.has(id) && !this.forms.float.has(id)) return tensor;
    throw new QuantizationError(
      tensor.name,
      'is written by two ops; expected a graph in which each tensor has one',
    );
  }

  private remember(form: Form, id: TensorId, defined: TensorId): TensorId {
    this.forms[form].set(id, defined);
    return defined;
  }

  private append(tensor: Tensor): TensorId {
    this.built.push(tensor);
    return (this.built.length - 1) as TensorId;
  }
}
