import { at, QuantizationError } from '../errors';
import type { GateName, Graph, LstmDirection, LstmGateTensors, LstmOp, TensorId } from '../model';
import { requireAccumulatorFits, requireLayerNormFits, requirePeepholeFits } from './bounds';
import { floatConstant } from './float/constants';
import { largestMagnitude, quantizeToInt16, quantizeToInt32, quantizeToInt8 } from './integer-constants';
import { union } from './range';
import type { CalibrationRanges } from './range';
import { lstmRule } from './recipe';
import type { LstmRole, LstmVariant } from './recipe';
import { perTensor, rangeAt, resolveScale } from './resolve';
import type { RecipeContext, ScaleSource } from './resolve';
import type { Affine } from './scale';
import { hiddenSite, preActivationSite, tensorSite } from './sites';
import type { Site } from './sites';
import type { TensorTable } from './tensor-table';

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
 * The integer form of a float LSTM by {@link LSTM_RECIPE}; its tensors go into `table`.
 *
 * @throws QuantizationError naming the tensor or value that the recipe cannot be applied to.
 */
export function quantizeLstm(
  op: LstmOp,
  graph: Graph,
  ranges: CalibrationRanges,
  table: TensorTable,
): LstmOp {
  const quantize = (direction: LstmDirection): LstmDirection =>
    new DirectionQuantizer(op, direction, graph, ranges, table).quantize();
  const [first, second] = op.directions;
  return {
    ...op,
    input: table.get(op.input),
    directions: second === undefined ? [quantize(first)] : [quantize(first), quantize(second)],
  };
}

class DirectionQuantizer {
  private readonly variant: LstmVariant;

  constructor(
    private readonly op: LstmOp,
    private readonly direction: LstmDirection,
    private readonly graph: Graph,
    private readonly ranges: CalibrationRanges,
    private readonly table: TensorTable,
  ) {
    this.variant = variantOf(direction);
  }

  quantize(): LstmDirection {
    const { direction, table } = this;
    const { gates, projection } = direction;
    const scaleOf = (role: LstmRole): Affine => resolveScale(role, this.context(null));
    return {
      direction: direction.direction,
      gates: {
        input: gates.input === null ? null : this.quantizeGate('input', gates.input),
        forget: this.quantizeGate('forget', gates.forget),
        cell: this.quantizeGate('cell', gates.cell),
        output: this.quantizeGate('output', gates.output),
      },
      projection: projection === null ? null : this.quantizeProjection(projection),
      hidden: perTensor(scaleOf('hidden')),
      outputState: table.define(direction.outputState, 'int8', perTensor(scaleOf('outputState'))),
      cellState: table.define(direction.cellState, 'int16', perTensor(scaleOf('cellState'))),
      output: table.define(direction.output, 'int8', perTensor(scaleOf('output'))),
    };
  }

  private quantizeGate(name: GateName, tensors: LstmGateTensors): LstmGateTensors {
    const scaleOf = (role: LstmRole): Affine => resolveScale(role, this.context(name));
    const preActivation = scaleOf('preActivation');
    const bias = tensors.bias === null ? null : this.bias(tensors.bias, scaleOf('gateBias'));
    const isNormalized = tensors.layerNorm !== null;
    const inputWeights = this.matrix(tensors.inputWeights, scaleOf('inputWeights'), {
      bias: isNormalized ? null : (bias?.data ?? null),
      zeroPointFactor: -scaleOf('input').zeroPoint,
      inputScale: scaleOf('input').scale,
      outputScale: preActivation.scale,
    });
    const recurrentWeights = this.matrix(tensors.recurrentWeights, scaleOf('recurrentWeights'), {
      bias: null,
      zeroPointFactor: -scaleOf('outputState').zeroPoint,
      inputScale: scaleOf('outputState').scale,
      outputScale: preActivation.scale,
    });
    const layerNorm =
      tensors.layerNorm === null ? null : this.coefficients(tensors.layerNorm, scaleOf('layerNorm'));
    if (layerNorm !== null) requireLayerNormFits(layerNorm.name, layerNorm.data, bias?.data ?? null);
    const peephole =
      tensors.peephole === null ? null : this.coefficients(tensors.peephole, scaleOf('peephole'));
    if (peephole !== null) {
      const cellScale = scaleOf('cellState').scale;
      requirePeepholeFits(peephole.name, (cellScale * scaleOf('peephole').scale) / preActivation.scale);
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
    const scaleOf = (role: LstmRole): Affine => resolveScale(role, this.context(null));
    const bias = tensors.bias === null ? null : this.bias(tensors.bias, scaleOf('projectionBias'));
    const weights = this.matrix(tensors.weights, scaleOf('projectionWeights'), {
      bias: bias?.data ?? null,
      // The hidden value is stored with its zero point negated on this path.
      zeroPointFactor: scaleOf('hidden').zeroPoint,
      inputScale: scaleOf('hidden').scale,
      outputScale: scaleOf('output').scale,
    });
    return { weights, bias: bias?.id ?? null };
  }

  private matrix(
    id: TensorId,
    { scale }: Affine,
    product: { bias: Int32Array | null; zeroPointFactor: number; inputScale: number; outputScale: number },
  ): TensorId {
    const { name, shape } = at(this.graph.tensors, id);
    const values = floatConstant(this.graph, id);
    const weights = quantizeToInt8(values, largestMagnitude(values));
    requireAccumulatorFits({
      subject: name,
      weights,
      rows: at(shape, 0),
      bias: product.bias,
      zeroPointFactor: product.zeroPointFactor,
      effectiveScales: [(scale * product.inputScale) / product.outputScale],
    });
    return this.table.constant(id, 'int8', perTensor({ scale, zeroPoint: 0 }), weights);
  }

  private bias(id: TensorId, affine: Affine): { id: TensorId; data: Int32Array } {
    const { name } = at(this.graph.tensors, id);
    const data = quantizeToInt32(name, floatConstant(this.graph, id), [affine.scale]);
    return { id: this.table.constant(id, 'int32', perTensor(affine), data), data };
  }

  private coefficients(id: TensorId, affine: Affine): { id: TensorId; name: string; data: Int16Array } {
    const { name } = at(this.graph.tensors, id);
    const data = quantizeToInt16(floatConstant(this.graph, id), affine.scale);
    return { id: this.table.constant(id, 'int16', perTensor(affine), data), name, data };
  }

  /** The recipe applied to this direction; gate-level roles need a gate. */
  private context(gate: GateName | null): RecipeContext<LstmRole> {
    const { op } = this;
    return {
      subject: gate === null ? op.name : `${op.name} ${gate} gate`,
      rule: (role) => lstmRule(role, this.variant),
      source: (role) => this.source(role, gate),
    };
  }

  private source(role: LstmRole, gate: GateName | null): ScaleSource {
    const { op, direction, graph, table } = this;
    const tensors = gate === null ? null : direction.gates[gate];
    switch (role) {
      case 'input':
        return { from: 'producer', affine: table.affineOf(op.input) };
      case 'output':
        return this.outputRange();
      case 'cellState':
        return this.calibrated(tensorSite(graph, direction.cellState));
      case 'hidden':
        return this.calibrated(hiddenSite(op, direction));
      case 'preActivation':
        return this.calibrated(preActivationSite(op, direction, gate ?? 'forget'));
      case 'projectionWeights':
        return this.constantSource(role, direction.projection?.weights);
      case 'inputWeights':
      case 'recurrentWeights':
      case 'peephole':
      case 'layerNorm':
        return this.constantSource(role, tensors?.[role]);
      default:
        throw new QuantizationError(op.name, `${role} has a scale of its own in no variant of the recipe`);
    }
  }

  /** The output and the state that it becomes share a scale, so also a range. */
  private outputRange(): ScaleSource {
    const { direction, graph, ranges } = this;
    const source = this.calibrated(tensorSite(graph, direction.output));
    const stateKey = tensorSite(graph, direction.outputState).key;
    if (!Object.hasOwn(ranges.tensors, stateKey)) return source;
    return { ...source, range: union(source.range, rangeAt(ranges.tensors, stateKey)) };
  }

  private calibrated(site: Site): Extract<ScaleSource, { from: 'range' }> {
    return { from: 'range', subject: site.key, range: rangeAt(this.ranges[site.group], site.key) };
  }

  private constantSource(role: LstmRole, id: TensorId | null | undefined): ScaleSource {
    if (id === null || id === undefined) {
      throw new QuantizationError(this.op.name, `one of its gates lacks ${role} where another has it`);
    }
    return {
      from: 'constant',
      subject: at(this.graph.tensors, id).name,
      values: floatConstant(this.graph, id),
    };
  }
}
