import type { KernelContract, Specialization } from '../../contract/kernel-contract';
import * as binary from '../../contract/kernels/float_binary';
import * as convolution from '../../contract/kernels/float_conv2d';
import * as dequantize from '../../contract/kernels/float_dequantize';
import * as dequantizeInt16 from '../../contract/kernels/float_dequantize_int16';
import * as dense from '../../contract/kernels/float_fully_connected';
import * as mean from '../../contract/kernels/float_mean';
import * as quantize from '../../contract/kernels/float_quantize';
import * as softmax from '../../contract/kernels/float_softmax';
import * as unary from '../../contract/kernels/float_unary';
import { packStruct } from '../../contract/struct-layout';
import { unreachable } from '../../errors';
import { broadcastLayout } from '../../lower/broadcast';
import { convolutionLayout } from '../../lower/convolution';
import type { LoweredFloat } from '../../lower/float';
import { meanLayout } from '../../lower/mean';
import type { TensorId } from '../../model';
import type { PlannedDispatch, PlannedValue } from './plan';
import type { PlanBuilder } from './plan-builder';

const WORKGROUP = 64;

/** What a dispatch of an island's op has besides its parameters. */
interface FloatDispatch extends Pick<PlannedDispatch, 'workgroups' | 'bindings'> {
  readonly contract: KernelContract;
  readonly params: ArrayBuffer;
  readonly operation?: number;
  readonly work?: number;
}

/** Plans one op of a float island, or at its ends. */
export function planFloat(lowered: LoweredFloat, builder: PlanBuilder): void {
  const { contract, params, bindings, workgroups, operation, work = 0 } = dispatchOf(lowered, builder);
  const specialization: Omit<Specialization, 'alternatives'> = {
    overrides: operation === undefined ? {} : { operation },
    constants: { WORKGROUP },
  };
  const uniform = builder.uniform(`${lowered.op.name} parameters`, params);
  builder.push(
    builder.dispatch(contract, specialization, {
      bindings: { params: uniform, ...bindings },
      workgroups,
      work,
    }),
  );
}

function dispatchOf(lowered: LoweredFloat, builder: PlanBuilder): FloatDispatch {
  switch (lowered.kind) {
    case 'floatUnary': {
      const { bindings, elements } = endsOf(lowered.op, builder);
      return {
        contract: unary.contract,
        operation: unary.OPERATIONS[lowered.parameters.operation],
        params: packStruct(unary.floatUnaryParams, unary.paramsOf(lowered.parameters, elements)),
        bindings,
        workgroups: unary.workgroups(elements, WORKGROUP),
      };
    }
    case 'floatBinary': {
      const { left, right, output } = lowered.op;
      const [a, b, destination] = [builder.value(left), builder.value(right), builder.value(output)];
      const layout = broadcastLayout(a.shape, b.shape, destination.shape);
      return {
        contract: binary.contract,
        operation: binary.OPERATIONS[lowered.parameters.operation],
        params: packStruct(binary.floatBinaryParams, binary.paramsOf(lowered.parameters, layout)),
        bindings: { left: a.range, right: b.range, destination: destination.range },
        workgroups: binary.workgroups(layout, WORKGROUP),
      };
    }
    case 'floatMean': {
      const { bindings, source, destination, elements } = endsOf(lowered.op, builder);
      const layout = meanLayout(lowered.op, source.shape, destination.shape);
      return {
        contract: mean.contract,
        params: packStruct(mean.floatMeanParams, mean.paramsOf(layout)),
        bindings,
        workgroups: mean.workgroups(layout),
        work: elements,
      };
    }
    case 'floatFullyConnected':
      return denseDispatch(lowered, builder);
    case 'floatConv2d':
      return convolutionDispatch(lowered, builder);
    case 'floatSoftmax': {
      const { bindings, source } = endsOf(lowered.op, builder);
      const { rows, rowElements: classes } = source;
      return {
        contract: softmax.contract,
        params: packStruct(softmax.floatSoftmaxParams, { rows, classes, beta: lowered.op.beta }),
        bindings,
        workgroups: softmax.workgroups(rows),
      };
    }
    case 'floatQuantize': {
      const { bindings, source } = endsOf(lowered.op, builder);
      const params = quantize.paramsOf(lowered.parameters, source.rows, source.rowElements);
      return {
        contract: quantize.contract,
        params: packStruct(quantize.floatQuantizeParams, params),
        bindings,
        workgroups: quantize.workgroups(source.rows, source.rowElements, WORKGROUP),
      };
    }
    case 'floatDequantize': {
      const { bindings, source } = endsOf(lowered.op, builder);
      const params = dequantize.paramsOf(lowered.parameters, source.rows, source.rowElements);
      return {
        contract: dequantize.contract,
        params: packStruct(dequantize.floatDequantizeParams, params),
        bindings,
        workgroups: dequantize.workgroups(source.rows, source.rowElements, WORKGROUP),
      };
    }
    case 'floatDequantizeInt16': {
      const { bindings, elements } = endsOf(lowered.op, builder);
      const { scale } = lowered.parameters;
      return {
        contract: dequantizeInt16.contract,
        params: packStruct(dequantizeInt16.floatDequantizeInt16Params, { elements, scale }),
        bindings,
        workgroups: dequantizeInt16.workgroups(elements, WORKGROUP),
      };
    }
    default:
      return unreachable(lowered);
  }
}

function denseDispatch(
  { op, parameters }: Extract<LoweredFloat, { kind: 'floatFullyConnected' }>,
  builder: PlanBuilder,
): FloatDispatch {
  const { inputs, outputs, weights, bias } = parameters;
  const { bindings, elements } = endsOf(op, builder);
  const rows = elements / inputs;
  const weightBinding = builder.constant(`${op.name} weights`, weights.byteLength, () =>
    dense.packWeights(parameters),
  );
  return {
    contract: dense.contract,
    params: packStruct(dense.floatFullyConnectedParams, dense.paramsOf(parameters, rows)),
    bindings: {
      weights: weightBinding,
      bias: builder.constant(`${op.name} bias`, bias.byteLength, () => new Float32Array(bias)),
      ...bindings,
    },
    workgroups: dense.workgroups(rows, outputs, WORKGROUP),
    work: rows * inputs * outputs,
  };
}

function convolutionDispatch(
  lowered: Extract<LoweredFloat, { kind: 'floatConv2d' }>,
  builder: PlanBuilder,
): FloatDispatch {
  const { op, parameters } = lowered;
  const { outputs, weights, bias } = parameters;
  const { bindings, source, destination } = endsOf(op, builder);
  const layout = convolutionLayout(lowered, source.shape);
  return {
    contract: convolution.contract,
    params: packStruct(convolution.floatConv2dParams, convolution.paramsOf(parameters, layout)),
    bindings: {
      weights: builder.constant(`${op.name} weights`, weights.byteLength, () => new Float32Array(weights)),
      bias: builder.constant(`${op.name} bias`, bias.byteLength, () => new Float32Array(bias)),
      ...bindings,
    },
    workgroups: convolution.workgroups(layout, outputs, WORKGROUP),
    work: destination.rows * weights.length,
  };
}

/** Input and output of an op that has one of each. */
function endsOf(
  { input, output }: { readonly input: TensorId; readonly output: TensorId },
  builder: PlanBuilder,
): {
  readonly source: PlannedValue;
  readonly destination: PlannedValue;
  readonly bindings: PlannedDispatch['bindings'];
  /** Of the input. */
  readonly elements: number;
} {
  const [source, destination] = [builder.value(input), builder.value(output)];
  return {
    source,
    destination,
    bindings: { source: source.range, destination: destination.range },
    elements: source.rows * source.rowElements,
  };
}
