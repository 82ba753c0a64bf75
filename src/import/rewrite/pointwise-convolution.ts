import { at } from '../../errors';
import type { Op } from '../../model';
import type { TensorPool } from './tensor-pool';

/**
 * A convolution whose filter is one pixel is a dense layer on each row of channels, which is what it was before a
 * converter gave it a picture's dimensions. Other ops stay.
 */
export function denseFromPointwise(op: Op, pool: TensorPool): Op {
  if (op.kind !== 'conv2d') return op;
  const weights = at(pool.tensors, op.weights);
  const [outputs, height, width, channels] = weights.shape;
  const isPointwise = height === 1 && width === 1 && op.stride.every((steps) => steps === 1);
  if (!isPointwise || outputs === undefined || channels === undefined) return op;
  const { sourceIndex, input, bias, output, activation } = op;
  return {
    kind: 'fullyConnected',
    name: `fullyConnected_${sourceIndex}`,
    ...{ sourceIndex, input, bias, output, activation },
    weights: pool.add({ ...weights, shape: [outputs, channels] }),
    keepDims: true,
  };
}
