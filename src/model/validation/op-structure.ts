import { at, ModelFormatError } from '../../errors';
import { quoted } from '../../errors/quoted';
import type { Graph } from '../graph';
import { isIntegerOperation } from '../integer-operation';
import type { BinaryOp, Conv2dOp, DepthwiseConv2dOp, Op } from '../ops';
import { requireShape, validateCommonOp } from './common-op-structure';

/**
 * What the weights and settings of one op must have in common, whatever their number types.
 *
 * @throws ModelFormatError naming op, role and tensor.
 */
export function validateOpStructure(op: Op, graph: Graph): void {
  switch (op.kind) {
    case 'conv2d':
      validateFilter(op, graph, 0);
      return;
    case 'depthwiseConv2d':
      validateFilter(op, graph, 3);
      return;
    case 'binary':
      validateBinary(op);
      return;
    case 'mean':
    case 'relu':
    case 'leakyRelu':
    case 'hardSwish':
    case 'floatUnary':
    case 'reshape':
    case 'concatenation':
    case 'split':
    case 'slice':
    case 'transpose':
    case 'pad':
    case 'reverse':
    case 'gather':
      return;
    default:
      validateCommonOp(op, graph);
  }
}

/** Filters are `[outputs, height, width, channels]` or, depthwise, `[1, height, width, outputs]`. */
function validateFilter(op: Conv2dOp | DepthwiseConv2dOp, graph: Graph, outputAxis: 0 | 3): void {
  const { name, shape } = at(graph.tensors, op.weights);
  const outputs = shape[outputAxis];
  if (shape.length !== 4 || outputs === undefined) {
    throw new ModelFormatError(
      `${op.name}: its weights ${quoted(name)}: shape [${shape.join(', ')}] found, four dimensions expected; convert the model again`,
    );
  }
  requireShape(graph, op, 'bias', op.bias, [outputs]);
}

/** Of the operations that run in float32 only, files have an activation for the quotient alone. */
function validateBinary({ name, operation, activation }: BinaryOp): void {
  if (activation === 'none' || operation === 'divide' || isIntegerOperation(operation)) return;
  throw new ModelFormatError(
    `${name}: ${operation} with the fused activation ${activation}; none is expected, make the activation an op`,
  );
}
