import type { NdArray } from '../../nd-array';
import { integers } from '../../nd-array';
import type { NodeReader } from '../node-reader';

/** A shape as an array of its own: reshapes compute with it. */
export function readShape(node: NodeReader): void {
  const shape = node.inputShape(0, 'data');
  const begin = node.int('start', 0);
  const end = node.int('end', shape.length);
  node.requireAllRead();
  node.outputArray(0, integers(shape.slice(begin, end)));
}

export function readConstant(node: NodeReader): void {
  const [integer, float] = [node.ints('value_ints'), node.floats('value_floats')];
  const stated =
    node.tensor('value') ??
    (integer === null ? null : integers(integer)) ??
    (float === null ? null : floats(float, [float.length])) ??
    singleValue(node);
  node.requireAllRead();
  node.outputArray(0, stated);
}

function singleValue(node: NodeReader): NdArray {
  const [integer, float] = [node.int('value_int', NaN), node.float('value_float', NaN)];
  if (!Number.isNaN(integer)) return integers([integer], []);
  if (!Number.isNaN(float)) return floats([float], []);
  return node.fail('it has no value');
}

function floats(values: readonly number[], shape: readonly number[]): NdArray {
  return { shape, type: 'float', data: Float32Array.from(values) };
}
