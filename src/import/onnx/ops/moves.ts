import { at } from '../../../errors';
import { elementCount } from '../../../model/shapes';
import type { NdArray } from '../../nd-array';
import { reshaped, transposed } from '../../nd-array';
import type { NodeReader } from '../node-reader';
import type { Move } from '../value';
import { movedValue } from '../value';
import type { View } from '../../view';
import { reshapedView, squeezedView, transposedView, unsqueezedView } from '../../view';

/** Reads a node with one input and one output that moves elements, if at all, and leaves them as they are. */
function moveReader(
  moveOf: (node: NodeReader, shape: readonly number[]) => Move,
): (node: NodeReader) => void {
  return (node) => {
    const value = node.input(0, 'input');
    const move = moveOf(node, node.inputShape(0, 'input'));
    node.requireAllRead();
    node.output(0, movedValue(value, move));
  };
}

const STAY: Move = { array: (array) => array, view: (view) => view };

export const readIdentity = moveReader(() => STAY);

/** At inference nothing is dropped. */
export const readDropout = moveReader((node) => {
  node.float('ratio', 0);
  node.int('seed', 0);
  const mask = node.isUsed(1);
  const isTraining = node.hasInput(2) && node.constant(2, 'training_mode').data[0] !== 0;
  if (mask || isTraining) node.refuse('it drops elements at random; export the model for inference');
  return STAY;
});

export const readTranspose = moveReader((node, shape) => {
  const permutation = (node.ints('perm') ?? [...shape.keys()].reverse()).map((axis) =>
    node.axis(axis, shape.length),
  );
  if (permutation.length !== shape.length || new Set(permutation).size !== shape.length) {
    node.fail(`its perm [${permutation.join(', ')}] does not order ${shape.length} dimensions`);
  }
  return {
    array: (array) => transposed(array, permutation),
    view: (view) => transposedView(view, permutation),
  };
});

export const readSqueeze = moveReader((node, shape) => {
  const stated = node.settings('axes', 1);
  const ones = [...shape.keys()].filter((axis) => shape[axis] === 1);
  const axes = stated?.map((axis) => node.axis(axis, shape.length)) ?? ones;
  const wrong = axes.find((axis) => !ones.includes(axis));
  if (wrong !== undefined)
    node.fail(`it squeezes dimension ${wrong} of [${shape.join(', ')}], which is not 1`);
  const kept = shape.filter((_, axis) => !axes.includes(axis));
  return { array: (array) => reshaped(array, kept), view: (view) => squeezedView(view, axes) };
});

export const readUnsqueeze = moveReader((node, shape) => {
  const stated = node.settings('axes', 1) ?? node.fail('its axes are missing');
  const axes = stated.map((axis) => node.axis(axis, shape.length + stated.length));
  if (new Set(axes).size !== axes.length) node.fail(`its axes [${axes.join(', ')}] name a dimension twice`);
  const kept = [...shape];
  for (const axis of [...axes].sort((a, b) => a - b)) kept.splice(axis, 0, 1);
  return { array: (array) => reshaped(array, kept), view: (view) => unsqueezedView(view, axes) };
});

export const readReshape = moveReader((node, shape) => {
  const stated = node.settings('shape', 1) ?? node.fail('its shape is missing');
  const keepsZeros = node.int('allowzero', 0) === 0;
  const copied = stated.map((size, axis) => (size === 0 && keepsZeros ? (shape[axis] ?? 0) : size));
  const rest = elementCount(shape) / elementCount(copied.filter((size) => size !== -1));
  const target = copied.map((size) => (size === -1 ? rest : size));
  if (
    elementCount(target) !== elementCount(shape) ||
    !target.every((size) => Number.isInteger(size) && size > 0)
  ) {
    node.fail(`it gives [${shape.join(', ')}] the shape [${stated.join(', ')}]`);
  }
  return reshapeTo(node, target);
});

export const readFlatten = moveReader((node, shape) => {
  const stated = node.int('axis', 1);
  const axis = stated === shape.length ? stated : node.axis(stated, shape.length);
  return reshapeTo(node, [elementCount(shape.slice(0, axis)), elementCount(shape.slice(axis))]);
});

function reshapeTo(node: NodeReader, target: readonly number[]): Move {
  return { array: (array) => reshaped(array, target), view: (view) => reshapeView(node, view, target) };
}

/** In the source's own order where the reshape allows it, so that no elements are moved before it. */
function reshapeView({ assembler }: NodeReader, view: View, target: readonly number[]): View {
  const inSource = reshapedView(view, target);
  if (inSource === null) return assembler.reshape(assembler.materialize(view), target);
  const isMere = elementCount(view.sourceShape) > 0 && sameSizes(view.sourceShape, inSource.sourceShape);
  if (isMere) return onlyOnes(view, target, inSource.axes);
  return { ...assembler.reshape(view.source, inSource.sourceShape), axes: inSource.axes };
}

/** Whether both have the same dimensions but for those of 1. */
function sameSizes(a: readonly number[], b: readonly number[]): boolean {
  const [left, right] = [a, b].map((shape) => shape.filter((size) => size !== 1));
  return left?.join() === right?.join();
}

/** The same source seen with other dimensions of 1. */
function onlyOnes(view: View, target: readonly number[], axes: readonly (number | null)[]): View {
  const sizes = [...view.sourceShape.keys()].filter((axis) => at(view.sourceShape, axis) !== 1);
  // Where the source has dimensions of 1 that the view names, they go on standing for those of the target, in order.
  const ones = view.axes.filter((axis): axis is number => axis !== null && at(view.sourceShape, axis) === 1);
  return {
    ...view,
    axes: target.map((size, index) => {
      const axis = axes[index] ?? null;
      if (axis !== null && size !== 1) return at(sizes, axis);
      return ones.shift() ?? null;
    }),
  };
}

/** Numbers that keep their type, as the graph holds it. */
export const readCast = moveReader((node) => {
  const to = node.int('to', 0);
  const value = node.input(0, 'input');
  const isFloat = to === FLOAT;
  if (!isFloat && !INTEGERS.includes(to))
    node.refuse(`it casts to type ${to}; float32 and integers are expected, export the model in float32`);
  if (value.kind === 'constant') {
    return { ...STAY, array: (array) => castArray(array, isFloat) };
  }
  const { dtype } = node.assembler.tensor(node.activation(0, 'input').source);
  if ((dtype === 'float32') !== isFloat) {
    node.refuse(
      `it casts computed values from ${dtype}; float32 is expected throughout, export the model in float32`,
    );
  }
  return STAY;
});

const FLOAT = 1;
/** INT32, INT64, BOOL */
const INTEGERS: readonly number[] = [6, 7, 9];

function castArray({ shape, data }: NdArray, isFloat: boolean): NdArray {
  return isFloat
    ? { shape, type: 'float', data: Float32Array.from(data) }
    : { shape, type: 'integer', data: Float64Array.from(data, Math.trunc) };
}
