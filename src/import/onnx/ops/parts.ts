import { at } from '../../../errors';
import type { SliceDimension } from '../../../model';
import { rangeSteps } from '../../../model/move-geometry';
import type { NdArray } from '../../nd-array';
import { integers, ranged, taken } from '../../nd-array';
import type { NodeReader } from '../node-reader';
import type { BrokenValue, Move, Value } from '../value';
import { movedValue, once } from '../value';
import type { View } from '../../view';

const ALL: SliceDimension = { kind: 'range', begin: null, end: null, stride: 1 };

/** Slice: ranges of some dimensions. */
export function readSlice(node: NodeReader): void {
  const value = node.input(0, 'data');
  const shape = node.inputShape(0, 'data');
  const begins = node.settings('starts', 1) ?? node.fail('its starts are missing');
  const ends = node.settings('ends', 2) ?? node.fail('its ends are missing');
  const axes = node.settings('axes', 3) ?? [...begins.keys()];
  const steps = node.optionalConstant(4, 'steps')?.data ?? begins.map(() => 1);
  node.requireAllRead();
  if (ends.length !== begins.length || axes.length !== begins.length || steps.length !== begins.length) {
    node.fail('its starts, ends, axes and steps differ in number');
  }
  let result: Value = value;
  for (const [index, stated] of axes.entries()) {
    const axis = node.axis(stated, shape.length);
    const stride = at(steps, index);
    if (!Number.isInteger(stride) || stride === 0) node.fail(`its step is ${stride}`);
    const move = rangeMove(node, at(shape, axis), axis, {
      begin: at(begins, index),
      end: at(ends, index),
      stride,
    });
    if (move !== null && result.kind !== 'broken') result = movedValue(result, move);
  }
  node.output(0, result);
}

/** Null for a range that is the whole dimension. */
function rangeMove(
  node: NodeReader,
  size: number,
  axis: number,
  { begin, end, stride }: { readonly begin: number; readonly end: number; readonly stride: number },
): Move | null {
  const { first, count } = rangeSteps({ kind: 'range', begin, end, stride }, size);
  if (count < 1) return node.fail(`it leaves nothing of a dimension of ${size}`);
  if (count === size && stride === 1) return null;
  return {
    array: (array) => ranged(array, axis, { first, count, step: stride }),
    view: (view) => {
      const last = first + count * stride;
      const isReversed = count === size && stride === -1;
      return sliceView(node, view, axis, {
        kind: 'range',
        begin: isReversed ? null : first,
        // A range that runs backwards to the first element ends before it, which no position says.
        end: isReversed || last < 0 ? null : last,
        stride,
      });
    },
  };
}

/** A part of one dimension of the source; an index takes the dimension away. */
function sliceView(node: NodeReader, view: View, viewAxis: number, part: SliceDimension): View {
  const axis = at(view.axes, viewAxis);
  const without = view.axes.filter((_, index) => index !== viewAxis);
  // One element of a dimension of 1: it stays in the source, unnamed.
  if (axis === null || at(view.sourceShape, axis) === 1) {
    return part.kind === 'index' ? { ...view, axes: without } : view;
  }
  const dimensions = [...Array<SliceDimension>(axis).fill(ALL), part];
  const sliced = node.assembler.emit('slice', { input: view.source, dimensions });
  if (part.kind !== 'index') return { ...sliced, axes: view.axes };
  return { ...sliced, axes: without.map((each) => (each !== null && each > axis ? each - 1 : each)) };
}

/** Split: consecutive parts of one dimension. */
export function readSplit(node: NodeReader): void {
  const value = node.input(0, 'input');
  const shape = node.inputShape(0, 'input');
  const axis = node.axis(node.int('axis', 0), shape.length);
  const size = at(shape, axis);
  const count = node.int('num_outputs', node.outputCount);
  const largest = Math.ceil(size / count);
  const sizes =
    node.settings('split', 1) ??
    Array.from({ length: count }, (_, index) => Math.min(largest, size - index * largest));
  node.requireAllRead();
  const total = sizes.reduce((sum, part) => sum + part, 0);
  if (
    sizes.length !== node.outputCount ||
    total !== size ||
    !sizes.every((part) => Number.isInteger(part) && part > 0)
  ) {
    node.fail(`it splits a dimension of ${size} into [${sizes.join(', ')}]`);
  }
  const views = (view: View): readonly View[] => splitView(node, view, axis, sizes);
  const allOf =
    value.kind === 'constant' ? null : once(() => views(value.kind === 'state' ? value.view() : value.view));
  let first = 0;
  for (const [index, part] of sizes.entries()) {
    const range = { first, count: part, step: 1 };
    const move: Move = {
      array: (array) => ranged(array, axis, range),
      view: (view) => allOf?.()[index] ?? view,
    };
    node.output(index, movedValue(value, move));
    first += part;
  }
}

function splitView(
  node: NodeReader,
  view: View,
  viewAxis: number,
  sizes: readonly number[],
): readonly View[] {
  const axis = at(view.axes, viewAxis);
  if (sizes.length === 1) return [view];
  if (axis === null) return node.fail('it splits a dimension of 1');
  const name = node.assembler.nameOf('split');
  const outputs = sizes.map((_, index) => node.assembler.value(`${name}/${index}`));
  node.assembler.add('split', { input: view.source, outputs, axis, sizes });
  return outputs.map((output) => ({ ...node.assembler.whole(output), axes: view.axes }));
}

/** Gather: rows of a table by computed positions, or some elements of a dimension by constant ones. */
export function readGather(node: NodeReader): void {
  const data = node.input(0, 'data');
  const shape = node.inputShape(0, 'data');
  const axis = node.axis(node.int('axis', 0), shape.length);
  node.requireAllRead();
  const indices = node.input(1, 'indices');
  if (indices.kind !== 'constant') {
    lookUp(node, data, axis);
    return;
  }
  const positions = resolved(node, indices.array, at(shape, axis));
  node.output(
    0,
    movedValue(data, {
      array: (array) => taken(array, positions, axis),
      view: (view) => takeView(node, view, axis, positions),
    }),
  );
}

function resolved(node: NodeReader, { shape, data }: NdArray, size: number): NdArray {
  const positions = Array.from(data, (index) => (index < 0 ? index + size : index));
  const outside = positions.find((index) => !(index >= 0 && index < size));
  if (outside !== undefined) node.fail(`there is no element ${outside} among ${size}`);
  return integers(positions, shape);
}

function takeView(node: NodeReader, view: View, viewAxis: number, { shape, data }: NdArray): View {
  const size = at(view.axes, viewAxis) === null ? 1 : at(view.sourceShape, at(view.axes, viewAxis) ?? 0);
  const first = at(data, 0);
  if (shape.length === 0) {
    // The last one of a dimension of any size.
    const index = first === size - 1 && first > 0 ? -1 : first;
    return sliceView(node, view, viewAxis, { kind: 'index', index });
  }
  const isRun = shape.length === 1 && data.every((index, position) => index === first + position);
  if (isRun && data.length === size) return view;
  if (isRun) {
    return sliceView(node, view, viewAxis, {
      kind: 'range',
      begin: first,
      end: first + data.length,
      stride: 1,
    });
  }
  const axis = at(view.axes, viewAxis);
  if (axis === null || shape.length !== 1) {
    return node.refuse(
      `its indices have the shape [${shape.join(', ')}]; one dimension is expected, reshape them after it`,
    );
  }
  const positions = node.assembler.constant(`${node.assembler.nameOf('gather')}/indices`, {
    shape,
    type: 'integer',
    data,
  });
  return {
    ...node.assembler.emit('gather', { input: view.source, indices: positions, axis }),
    axes: view.axes,
  };
}

function lookUp(node: NodeReader, data: Exclude<Value, BrokenValue>, axis: number): void {
  const { assembler } = node;
  const positions = node.activation(1, 'indices');
  if (assembler.tensor(positions.source).dtype !== 'int32')
    node.refuse('its indices are computed in floats; an integer input is expected');
  const table =
    data.kind === 'constant'
      ? assembler.constant(`${assembler.nameOf('gather')}/table`, data.array)
      : assembler.materialize(node.activation(0, 'data'));
  const indices = assembler.materialize(positions);
  node.outputView(0, assembler.emit('gather', { input: table, indices, axis }));
}
