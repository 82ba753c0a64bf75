import { at, unreachable } from '../errors';
import { broadcastLayout } from '../lower/broadcast';
import { convolutionLayout } from '../lower/convolution';
import type { LoweredFloat } from '../lower/float';
import { meanLayout } from '../lower/mean';
import type { TensorId } from '../model';
import { floatBinary } from '../reference/float_binary';
import { floatConv2d } from '../reference/float_conv2d';
import { floatDequantize } from '../reference/float_dequantize';
import { floatDequantizeInt16 } from '../reference/float_dequantize_int16';
import { floatFullyConnected } from '../reference/float_fully_connected';
import { floatMean } from '../reference/float_mean';
import { floatQuantize } from '../reference/float_quantize';
import { floatSoftmax } from '../reference/float_softmax';
import { floatUnary } from '../reference/float_unary';
import type { ReferenceContext } from './reference-context';
import { floatOf, int16Of, makeFloat, makeValue, valueOf } from './reference-context';

/** Runs one op of a float island by its twin. */
export function runFloatOp(lowered: LoweredFloat, context: ReferenceContext): void {
  const { op } = lowered;
  const sizesOf = (id: TensorId): readonly number[] => at(context.shapes, id);
  switch (lowered.kind) {
    case 'floatUnary':
      floatUnary(lowered.parameters, floatOf(context, lowered.op.input), makeFloat(context, op.output));
      return;
    case 'floatBinary': {
      const { left, right, output } = lowered.op;
      const layout = broadcastLayout(sizesOf(left), sizesOf(right), sizesOf(output));
      const [a, b] = [floatOf(context, left), floatOf(context, right)];
      floatBinary(lowered.parameters, layout, a, b, makeFloat(context, output));
      return;
    }
    case 'floatMean': {
      const { input, output } = lowered.op;
      const layout = meanLayout(lowered.op, sizesOf(input), sizesOf(output));
      floatMean(layout, floatOf(context, input), makeFloat(context, output));
      return;
    }
    case 'floatFullyConnected':
      floatFullyConnected(
        lowered.parameters,
        floatOf(context, lowered.op.input),
        makeFloat(context, op.output),
      );
      return;
    case 'floatConv2d': {
      const layout = convolutionLayout(lowered, sizesOf(lowered.op.input));
      floatConv2d(
        lowered.parameters,
        layout,
        floatOf(context, lowered.op.input),
        makeFloat(context, op.output),
      );
      return;
    }
    case 'floatSoftmax': {
      const { beta, input, output } = lowered.op;
      const classes = sizesOf(input).at(-1) ?? 1;
      floatSoftmax(beta, floatOf(context, input), classes, makeFloat(context, output));
      return;
    }
    case 'floatQuantize':
      floatQuantize(lowered.parameters, floatOf(context, lowered.op.input), makeValue(context, op.output));
      return;
    case 'floatDequantize':
      floatDequantize(lowered.parameters, valueOf(context, lowered.op.input), makeFloat(context, op.output));
      return;
    case 'floatDequantizeInt16': {
      const { scale } = lowered.parameters;
      floatDequantizeInt16(scale, int16Of(context, lowered.op.input), makeFloat(context, op.output));
      return;
    }
    default:
      unreachable(lowered);
  }
}
