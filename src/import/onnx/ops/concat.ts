import { at } from '../../../errors';
import { concatenated } from '../../nd-array';
import type { View } from '../../view';
import type { NodeReader } from '../node-reader';
import type { BrokenValue, Value } from '../value';
import { once, valueShape } from '../value';

/** Concat along one dimension. */
export function readConcat(node: NodeReader): void {
  node.requireInputs(1, Infinity);
  const values = Array.from({ length: node.inputCount }, (_, slot) => node.input(slot, `input ${slot}`));
  const shapes = values.map(valueShape);
  const rank = at(shapes, 0).length;
  const axis = node.axis(node.int('axis', 0), rank);
  node.requireAllRead();
  const fits = shapes.every(
    (shape) =>
      shape.length === rank && shape.every((size, each) => each === axis || size === at(shapes, 0)[each]),
  );
  if (!fits)
    node.fail(
      `it joins [${shapes.map((shape) => shape.join(', ')).join('] and [')}] along dimension ${axis}`,
    );
  const arrays = values.flatMap((value) => (value.kind === 'constant' ? [value.array] : []));
  if (arrays.length === values.length) {
    node.outputArray(0, concatenated(arrays, axis));
    return;
  }
  const view = once(() => joinViews(node, values, axis));
  const states = values.flatMap((value) => (value.kind === 'state' ? [value] : []));
  const [first] = states;
  if (
    first !== undefined &&
    states.length === values.length &&
    states.every(({ origin }) => origin === first.origin)
  ) {
    const numbers = concatenated(
      states.map((state) => state.numbers),
      axis,
    );
    node.output(0, { kind: 'state', origin: first.origin, numbers, view });
    return;
  }
  node.outputView(0, view());
}

function joinViews(node: NodeReader, values: readonly Exclude<Value, BrokenValue>[], axis: number): View {
  const { assembler } = node;
  if (values.length === 1) return node.activation(0, 'input 0');
  const views = values.map((value, slot) =>
    value.kind === 'constant'
      ? assembler.whole(assembler.constant(`${assembler.nameOf('concatenation')}/input ${slot}`, value.array))
      : node.activation(slot, `input ${slot}`),
  );
  const { axes, sourceShape } = at(views, 0);
  const sourceAxis = at(axes, axis);
  const areAlike = views.every(
    (view) =>
      view.axes.length === axes.length &&
      view.axes.every((each, index) => each === axes[index]) &&
      view.sourceShape.length === sourceShape.length,
  );
  if (areAlike && sourceAxis !== null) {
    const inputs = views.map(({ source }) => source);
    return { ...assembler.emit('concatenation', { inputs, axis: sourceAxis }), axes };
  }
  const inputs = views.map((view) => assembler.materialize(view));
  return assembler.emit('concatenation', { inputs, axis });
}
