import { at, unreachable } from '../errors';
import { broadcastLayout } from '../lower/broadcast';
import { convolutionLayout } from '../lower/convolution';
import type { LoweredLstm } from '../lower/lstm';
import { meanLayout, meanParameters } from '../lower/mean';
import { movePieces } from '../lower/moves';
import type { LoweredOp } from '../lower/program';
import type { TensorId } from '../model';
import { binary } from '../reference/binary';
import { conv2d } from '../reference/conv2d';
import { depthwiseConv2d } from '../reference/depthwise_conv2d';
import { fullyConnected } from '../reference/fully_connected';
import { fullyConnectedInt16 } from '../reference/fully_connected_int16';
import { gather } from '../reference/gather';
import { logisticInt16 } from '../reference/logistic_int16';
import { lookup } from '../reference/lookup';
import { lstmSequence } from '../reference/lstm_sequence';
import { mean } from '../reference/mean';
import { move } from '../reference/move';
import { moveWords } from '../reference/move_words';
import { softmax } from '../reference/softmax';
import { layerName } from './layer-state';
import { sequenceLayout } from './layer-sizes';
import type { ReferenceContext } from './reference-context';
import {
  floatOf,
  int16Of,
  madeFloat,
  madeValue,
  makeFloat,
  makeInt16,
  makeValue,
  valueOf,
} from './reference-context';
import { runFloatOp } from './reference-float-ops';

/** Runs one op by its twins; its inputs are in `values`, its outputs are added. */
export function runReferenceOp(lowered: LoweredOp, context: ReferenceContext): void {
  switch (lowered.kind) {
    case 'lstm':
      runLstm(lowered, context);
      return;
    case 'fullyConnected':
      fullyConnected(
        lowered.parameters,
        valueOf(context, lowered.op.input),
        makeValue(context, lowered.op.output),
      );
      return;
    case 'fullyConnectedInt16':
      fullyConnectedInt16(
        lowered.parameters,
        valueOf(context, lowered.op.input),
        makeInt16(context, lowered.op.output),
      );
      return;
    case 'logisticInt16':
      logisticInt16(int16Of(context, lowered.op.input), makeInt16(context, lowered.op.output));
      return;
    case 'conv2d':
    case 'depthwiseConv2d': {
      const { op, parameters } = lowered;
      const layout = convolutionLayout(lowered, at(context.shapes, op.input));
      const run = lowered.kind === 'conv2d' ? conv2d : depthwiseConv2d;
      run(parameters, layout, valueOf(context, op.input), makeValue(context, op.output));
      return;
    }
    case 'binary': {
      const { op, parameters } = lowered;
      const sizesOf = (id: TensorId): readonly number[] => at(context.shapes, id);
      const layout = broadcastLayout(sizesOf(op.left), sizesOf(op.right), sizesOf(op.output));
      const [left, right] = [valueOf(context, op.left), valueOf(context, op.right)];
      binary(parameters, layout, left, right, makeValue(context, op.output));
      return;
    }
    case 'mean': {
      const [input, output] = [at(context.shapes, lowered.op.input), at(context.shapes, lowered.op.output)];
      const layout = meanLayout(lowered.op, input, output);
      const out = makeValue(context, lowered.op.output);
      mean(meanParameters(lowered, input), layout, valueOf(context, lowered.op.input), out);
      return;
    }
    case 'gather': {
      const { op, table, rowElements } = lowered;
      const positions = positionsOf(context, op.indices);
      if (table instanceof Int8Array) gather(table, rowElements, positions, makeValue(context, op.output));
      else gather(table, rowElements, positions, makeFloat(context, op.output));
      return;
    }
    case 'softmax': {
      const classes = at(context.shapes, lowered.op.input).at(-1) ?? 1;
      const input = valueOf(context, lowered.op.input);
      softmax(lowered.parameters, input, classes, makeValue(context, lowered.op.output));
      return;
    }
    case 'lookup':
      lookup(lowered.parameters, valueOf(context, lowered.op.input), makeValue(context, lowered.op.output));
      return;
    case 'move':
      for (const { source, destination, parameters } of movePieces(lowered, context.shapes)) {
        if (lowered.dtype === 'int8') {
          move(parameters, valueOf(context, source), madeValue(context, destination));
        } else moveWords(parameters, floatOf(context, source), madeFloat(context, destination));
      }
      return;
    case 'floatUnary':
    case 'floatBinary':
    case 'floatMean':
    case 'floatFullyConnected':
    case 'floatConv2d':
    case 'floatSoftmax':
    case 'floatQuantize':
    case 'floatDequantize':
    case 'floatDequantizeInt16':
      runFloatOp(lowered, context);
      return;
    case 'quantize':
    case 'dequantize':
      // The host's, at the graph's ends.
      return;
    default:
      unreachable(lowered);
  }
}

function runLstm(lowered: LoweredLstm, context: ReferenceContext): void {
  const { op, directions } = lowered;
  const { state, shapes, lengths, steps, onStep } = context;
  directions.forEach((parameters, index) => {
    const { direction, output } = at(op.directions, index);
    const name = layerName(lowered, index);
    const layerState = state.layers.find(({ layer }) => layer === name);
    if (layerState === undefined) throw new TypeError(`no state for ${name}`);
    lstmSequence({
      parameters,
      reversed: direction === 'reverse',
      layout: sequenceLayout(op, at(shapes, op.input)),
      lengths,
      input: valueOf(context, op.input),
      state: layerState,
      output: madeValue(context, output),
      ...(steps === null ? {} : { steps }),
      ...(onStep === null
        ? {}
        : {
            onStep: (event) => {
              onStep(index, event);
            },
          }),
    });
  });
}

function positionsOf({ values }: ReferenceContext, id: TensorId): Int32Array {
  const value = values.get(id);
  if (!(value instanceof Int32Array)) throw new TypeError(`tensor ${id} has no int32 value yet`);
  return value;
}
