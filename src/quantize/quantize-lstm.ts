import { at, QuantizationError } from '../errors';
import type { GateName, LstmDirection, LstmGateTensors, LstmOp, TensorId } from '../model';
import { requireAccumulatorFits, requireLayerNormFits, requirePeepholeFits } from './bounds';
import { floatConstant } from './float/constants';
import { largestMagnitude, quantizeToInt16, quantizeToInt32, quantizeToInt8 } from './integer-constants';
import { magnitudeOf, union } from './range';
import type { Range } from './range';
import { lstmRule } from './recipe';
import type { LstmRole, LstmVariant } from './recipe';
import { nonzeroMagnitude, perTensor, rangeAt, resolveTensor } from './resolve';
import type { RecipeContext, ResolvedTensor } from './resolve';
import type { QuantizationScope } from './scope';
import { hiddenSite, preActivationSite, tensorSite } from './sites';
import type { RangeSite } from './sites';

/** The stages that a direction of an LSTM has. */
export function variantOf({ gates, projection }: LstmDirection): LstmVariant {
  return {
    layerNorm: gates.forget.layerNorm !== null,
    projection: projection !== null,
    peephole: gates.forget.peephole !== null,
    coupledInputForget: gates.input === null,
  };
}

/**
 * The integer form of a float LSTM by {@link LSTM_RECIPE}; its tensors go into the graph being built.
 *
 * @throws QuantizationError naming the tensor or value that the recipe cannot be applied to.
 */
export function quantizeLstm(op: LstmOp, scope: QuantizationScope): LstmOp {
  const input = scope.built.integer(op.input);
  const quantize = (direction: LstmDirection): LstmDirection =>
    new DirectionQuantizer(op, direction, scope).quantize();
  const [first, second] = op.directions;
  return {
    ...op,
    input,
    directions: second === undefined ? [quantize(first)] : [quantize(first), quantize(second)],
  };
}

class DirectionQuantizer {
  private readonly variant: LstmVariant;

  constructor(
    private readonly op: LstmOp,
    private readonly direction: LstmDirection,
    private readonly scope: QuantizationScope,
  ) {
    this.variant = variantOf(direction);
  }

  quantize(): LstmDirection {
    const { direction } = this;
    const { built } = this.scope;
    const { gates, projection } = direction;
    const resolve = (role: LstmRole): ResolvedTensor => resolveTensor(role, this.context(null));
    return {
      direction: direction.direction,
      gates: {
        input: gates.input === null ? null : this.quantizeGate('input', gates.input),
        forget: this.quantizeGate('forget', gates.forget),
        cell: this.quantizeGate('cell', gates.cell),
        output: this.quantizeGate('output', gates.output),
      },
      projection: projection === null ? null : this.quantizeProjection(projection),
      hidden: perTensor(resolve('hidden')),
      outputState: built.define(direction.outputState, resolve('outputState')),
      cellState: built.define(direction.cellState, resolve('cellState')),
      output: built.define(direction.output, resolve('output')),
    };
  }

  private quantizeGate(name: GateName, tensors: LstmGateTensors): LstmGateTensors {
    const resolve = (role: LstmRole): ResolvedTensor => resolveTensor(role, this.context(name));
    const preActivation = resolve('preActivation');
    const bias = tensors.bias === null ? null : this.bias(tensors.bias, resolve('gateBias'));
    const isNormalized = tensors.layerNorm !== null;
    const inputWeights = this.matrix(tensors.inputWeights, resolve('inputWeights'), {
      bias: isNormalized ? null : (bias?.data ?? null),
      zeroPointFactor: -resolve('input').zeroPoint,
      inputScale: resolve('input').scale,
      outputScale: preActivation.scale,
    });
    const recurrentWeights = this.matrix(tensors.recurrentWeights, resolve('recurrentWeights'), {
      bias: null,
      zeroPointFactor: -resolve('outputState').zeroPoint,
      inputScale: resolve('outputState').scale,
      outputScale: preActivation.scale,
    });
    const layerNorm =
      tensors.layerNorm === null ? null : this.coefficients(tensors.layerNorm, resolve('layerNorm'));
    if (layerNorm !== null) requireLayerNormFits(layerNorm.name, layerNorm.data, bias?.data ?? null);
    const peephole =
      tensors.peephole === null ? null : this.coefficients(tensors.peephole, resolve('peephole'));
    if (peephole !== null) {
      const cellScale = resolve('cellState').scale;
      requirePeepholeFits(peephole.name, (cellScale * resolve('peephole').scale) / preActivation.scale);
    }
    return {
      inputWeights,
      recurrentWeights,
      bias: bias?.id ?? null,
      peephole: peephole?.id ?? null,
      layerNorm: layerNorm?.id ?? null,
      preActivation: isNormalized ? perTensor(preActivation) : null,
    };
  }

  private quantizeProjection(
    tensors: NonNullable<LstmDirection['projection']>,
  ): NonNullable<LstmDirection['projection']> {
    const resolve = (role: LstmRole): ResolvedTensor => resolveTensor(role, this.context(null));
    const bias = tensors.bias === null ? null : this.bias(tensors.bias, resolve('projectionBias'));
    const weights = this.matrix(tensors.weights, resolve('projectionWeights'), {
      bias: bias?.data ?? null,
      // The hidden value is stored with its zero point negated on this path.
      zeroPointFactor: resolve('hidden').zeroPoint,
      inputScale: resolve('hidden').scale,
      outputScale: resolve('output').scale,
    });
    return { weights, bias: bias?.id ?? null };
  }

  private matrix(
    id: TensorId,
    resolved: ResolvedTensor,
    product: { bias: Int32Array | null; zeroPointFactor: number; inputScale: number; outputScale: number },
  ): TensorId {
    const { name, shape } = at(this.scope.graph.tensors, id);
    const values = floatConstant(this.scope.graph, id);
    const weights = this.scope.rounded.get(id) ?? quantizeToInt8(values, largestMagnitude(values));
    requireAccumulatorFits({
      subject: name,
      weights,
      rows: at(shape, 0),
      bias: product.bias,
      zeroPointFactor: product.zeroPointFactor,
      effectiveScales: [(resolved.scale * product.inputScale) / product.outputScale],
    });
    return this.scope.built.constant(id, resolved.dtype, perTensor(resolved), weights);
  }

  private bias(id: TensorId, resolved: ResolvedTensor): { id: TensorId; data: Int32Array } {
    const { name } = at(this.scope.graph.tensors, id);
    const data = quantizeToInt32(name, floatConstant(this.scope.graph, id), [resolved.scale]);
    return { id: this.scope.built.constant(id, resolved.dtype, perTensor(resolved), data), data };
  }

  private coefficients(
    id: TensorId,
    resolved: ResolvedTensor,
  ): { id: TensorId; name: string; data: Int16Array } {
    const { name } = at(this.scope.graph.tensors, id);
    const data = quantizeToInt16(floatConstant(this.scope.graph, id), resolved.scale);
    return { id: this.scope.built.constant(id, resolved.dtype, perTensor(resolved), data), name, data };
  }

  /** The recipe applied to this direction; gate-level roles need a gate. */
  private context(gate: GateName | null): RecipeContext<LstmRole> {
    const { op } = this;
    return {
      subject: gate === null ? op.name : `${op.name} ${gate} gate`,
      rule: (role) => lstmRule(role, this.variant),
      produced: (role) => (role === 'input' ? this.scope.built.affineOf(op.input) : null),
      range: (role) => this.range(role),
      magnitude: (role) => this.magnitude(role, gate),
    };
  }

  private range(role: LstmRole): { subject: string; range: Range } {
    const { op, direction } = this;
    const { graph } = this.scope;
    switch (role) {
      case 'output':
        return this.outputRange();
      case 'cellState':
        return this.calibrated(tensorSite(graph, direction.cellState));
      case 'hidden':
        return this.calibrated(hiddenSite(op, direction));
      default:
        throw new QuantizationError(op.name, `calibration has no range for its ${role}`);
    }
  }

  /** The output and the state that it becomes share a scale, so also a range. */
  private outputRange(): { subject: string; range: Range } {
    const { direction } = this;
    const { graph, ranges } = this.scope;
    const output = this.calibrated(tensorSite(graph, direction.output));
    const stateKey = tensorSite(graph, direction.outputState).key;
    if (!Object.hasOwn(ranges.tensors, stateKey)) return output;
    return { ...output, range: union(output.range, rangeAt(ranges.tensors, stateKey)) };
  }

  private magnitude(role: LstmRole, gateName: GateName | null): { subject: string; magnitude: number } {
    const { op, direction } = this;
    const gate = gateName === null ? null : direction.gates[gateName];
    if (role === 'preActivation' && gateName !== null) {
      const { subject, range } = this.calibrated(preActivationSite(op, direction, gateName));
      return { subject, magnitude: magnitudeOf(range) };
    }
    const id = role === 'projectionWeights' ? direction.projection?.weights : gateConstant(role, gate);
    if (id === null || id === undefined) {
      throw new QuantizationError(op.name, `one of its gates lacks its ${role}, which another has`);
    }
    const { name } = at(this.scope.graph.tensors, id);
    return { subject: name, magnitude: nonzeroMagnitude(name, floatConstant(this.scope.graph, id)) };
  }

  private calibrated({ group, key }: RangeSite): { subject: string; range: Range } {
    return { subject: key, range: rangeAt(this.scope.ranges[group], key) };
  }
}

function gateConstant(role: LstmRole, gate: LstmGateTensors | null): TensorId | null {
  switch (role) {
    case 'inputWeights':
    case 'recurrentWeights':
    case 'peephole':
    case 'layerNorm':
      return gate?.[role] ?? null;
    default:
      return null;
  }
}
