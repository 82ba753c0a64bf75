import { evaluateShapes } from '../../model/shapes';
import { unreachable } from '../../errors';
import type { ExecutableModel } from '../executor';
import { programInputs } from '../program-ends';
import { planBinary } from './plan-binary';
import { planConvolution } from './plan-convolution';
import { planFloat } from './plan-float';
import { planFullyConnected, planFullyConnectedInt16 } from './plan-fully-connected';
import { planGather } from './plan-gather';
import { planLogisticInt16 } from './plan-logistic-int16';
import { planLookup } from './plan-lookup';
import { planLstm } from './plan-lstm';
import type { LstmPlanOptions } from './plan-lstm';
import { planMean } from './plan-mean';
import { planMove } from './plan-move';
import { planSoftmax } from './plan-softmax';
import { PlanBuilder } from './plan-builder';
import type { KernelPath } from './plan-builder';
import type { GpuPlan } from './plan';

export interface PlanOptions extends KernelPath, LstmPlanOptions {
  readonly batch: number;
  readonly timesteps: number;
}

/**
 * Plans one pass of a program over a batch and a number of timesteps.
 *
 * @throws LimitError naming the buffer if something does not fit into WebGPU's default limits.
 */
export function buildPlan({ program, shapes }: ExecutableModel, options: PlanOptions): GpuPlan {
  const builder = new PlanBuilder(program.graph, evaluateShapes(shapes, options), options);
  for (const { innerId } of programInputs(program)) builder.value(innerId);
  for (const lowered of program.ops) {
    builder.beginOp(lowered.op.name);
    switch (lowered.kind) {
      case 'lstm':
        planLstm(lowered, builder, options);
        break;
      case 'fullyConnected':
        planFullyConnected(lowered.op, lowered.parameters, builder);
        break;
      case 'fullyConnectedInt16':
        planFullyConnectedInt16(lowered.op, lowered.parameters, builder);
        break;
      case 'logisticInt16':
        planLogisticInt16(lowered.op, builder);
        break;
      case 'conv2d':
      case 'depthwiseConv2d':
        planConvolution(lowered, builder);
        break;
      case 'binary':
        planBinary(lowered, builder);
        break;
      case 'mean':
        planMean(lowered, builder);
        break;
      case 'gather':
        planGather(lowered, builder);
        break;
      case 'softmax':
        planSoftmax(lowered.op, lowered.parameters, builder);
        break;
      case 'lookup':
        planLookup(lowered.op, lowered.parameters, builder);
        break;
      case 'move':
        planMove(lowered, builder);
        break;
      case 'floatUnary':
      case 'floatBinary':
      case 'floatMean':
      case 'floatFullyConnected':
      case 'floatConv2d':
      case 'floatSoftmax':
      case 'floatQuantize':
      case 'floatDequantize':
      case 'floatDequantizeInt16':
        planFloat(lowered, builder);
        break;
      case 'quantize':
      case 'dequantize':
        break;
      default:
        unreachable(lowered);
    }
  }
  return builder.build();
}
