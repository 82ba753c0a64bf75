import { at } from '../../../errors';
import type { FusedActivation } from '../../../model';
import type { NdArray } from '../../nd-array';
import type { NodeReader } from '../node-reader';
import type { View } from '../../view';

/**
 * Adds a constant to the bias of the layer that made a value, where that layer has none yet and nothing else reads the
 * value; null where it takes an op of its own.
 */
export function fuseBias(node: NodeReader, view: View, array: NdArray): View | null {
  const { assembler } = node;
  const op = assembler.lastOp(view.source);
  if (op === null || !node.isOnlyReader(view) || array.type !== 'float') return null;
  if (op.kind !== 'fullyConnected' && op.kind !== 'conv2d' && op.kind !== 'depthwiseConv2d') return null;
  if (op.bias !== null || op.activation !== 'none') return null;
  const channels = at(view.sourceShape, view.sourceShape.length - 1);
  if (!isPerChannel(view, array, channels)) return null;
  const data = array.data.length === 1 ? new Float32Array(channels).fill(at(array.data, 0)) : array.data;
  const bias = assembler.constant(`${op.name}/bias`, { shape: [channels], type: 'float', data });
  assembler.replaceLast({ ...op, bias });
  return view;
}

/** Whether a constant, broadcast against a view, is one number per channel, the source's last dimension. */
function isPerChannel(view: View, { shape, data }: NdArray, channels: number): boolean {
  if (data.length === 1 && shape.length <= view.axes.length) return true;
  if (data.length !== channels) return false;
  const axisFromEnd = shape.length - shape.indexOf(channels);
  return view.axes.at(-axisFromEnd) === view.sourceShape.length - 1 && axisFromEnd <= view.axes.length;
}

/** Clamps the output of the op that made a value, where it does not yet and nothing else reads the value. */
export function fuseActivation(
  node: NodeReader,
  view: View,
  activation: Exclude<FusedActivation, 'none'>,
): boolean {
  const op = node.assembler.lastOp(view.source);
  if (op === null || !('activation' in op) || op.activation !== 'none' || !node.isOnlyReader(view))
    return false;
  node.assembler.replaceLast({ ...op, activation });
  return true;
}
