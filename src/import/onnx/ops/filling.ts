import { filled } from '../../nd-array';
import type { NodeReader } from '../node-reader';
import { scalarOf } from '../node-reader';
import { broadcast } from './binary';

/** ConstantOfShape: one number everywhere; exporters write zero states so. */
export function readConstantOfShape(node: NodeReader): void {
  const shape = Array.from(node.constant(0, 'input').data);
  const value = node.tensor('value');
  node.requireAllRead();
  requireSizes(node, shape);
  const number = value === null ? 0 : scalarOf(node, value, 'value');
  node.outputArray(0, filled({ type: value?.type ?? 'float' }, shape, number));
}

/** Expand of a constant, or to the dimensions that a value has already. */
export function readExpand(node: NodeReader): void {
  const value = node.input(0, 'input');
  const shape = node.inputShape(0, 'input');
  const stated = Array.from(node.constant(1, 'shape').data);
  node.requireAllRead();
  requireSizes(node, stated);
  const rank = Math.max(shape.length, stated.length);
  const target = Array.from({ length: rank }, (_, axis) => {
    const [from = 1, to = 1] = [shape.at(axis - rank), stated.at(axis - rank)];
    if (from === 1 || to === 1 || from === to) return Math.max(from, to);
    return node.fail(`[${shape.join(', ')}] does not expand to [${stated.join(', ')}]`);
  });
  if (value.kind === 'constant') node.outputArray(0, broadcast(value.array, target));
  else if (target.join() === shape.join()) node.output(0, value);
  else
    node.refuse(
      `it repeats computed values, [${shape.join(', ')}] to [${target.join(', ')}]; export the model without it`,
    );
}

function requireSizes(node: NodeReader, shape: readonly number[]): void {
  if (!shape.every((size) => Number.isSafeInteger(size) && size > 0)) {
    node.fail(`its shape is [${shape.join(', ')}]; positive sizes are expected`);
  }
}
