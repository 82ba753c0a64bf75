import { at } from '../../../errors';
import type { BinaryOp } from '../../../model';
import type { Value } from '../keras-graph';
import type { LayerScope } from '../layer-scope';
import type { LayerKind } from './layer-kind';
import { noRefusals, noWeights } from './layer-kind';

/** Values side by side along an axis. */
export function concatenated(scope: LayerScope, inputs: readonly Value[], axis: number): Value {
  const [first] = inputs;
  if (first === undefined) throw scope.broken('has no inputs');
  const fits = inputs.every(
    ({ shape }) =>
      shape.length === first.shape.length &&
      shape.every((size, index) => index === axis || size === first.shape[index]),
  );
  if (!fits || axis < 0 || axis >= first.shape.length) {
    const found = inputs.map(({ shape }) => `[${shape.join(', ')}]`).join(', ');
    throw scope.broken(`cannot join ${found} along dimension ${axis}`);
  }
  const size = inputs.reduce((sum, { shape }) => sum + at(shape, axis), 0);
  return scope.make('', first.shape.with(axis, size), (output) => ({
    kind: 'concatenation',
    inputs: inputs.map(({ id }) => id),
    output,
    axis,
  }));
}

/** `((a . b) . c) ...`, element by element. */
export function folded(
  scope: LayerScope,
  inputs: readonly Value[],
  operation: BinaryOp['operation'],
  part = '',
): Value {
  const [first, ...others] = inputs;
  if (first === undefined || others.length === 0) throw scope.broken('has less than two inputs');
  return others.reduce((left, right, index) => {
    const isLast = index === others.length - 1;
    return binary(scope, operation, left, right, isLast ? part : `${part}${index}`);
  }, first);
}

export function average(scope: LayerScope, inputs: readonly Value[]): Value {
  const sum = folded(scope, inputs, 'add', 'sum');
  const share: Value = { id: scope.scalar('share', 1 / inputs.length), shape: [1] };
  return binary(scope, 'multiply', sum, share, '');
}

/** One op of two values, either of which may be broadcast; dimensions are aligned at the last. */
export function binary(
  scope: LayerScope,
  operation: BinaryOp['operation'],
  left: Value,
  right: Value,
  part: string,
): Value {
  const rank = Math.max(left.shape.length, right.shape.length);
  const sizeOf = ({ shape }: Value, axis: number): number => shape[shape.length - rank + axis] ?? 1;
  const shape = Array.from({ length: rank }, (_, axis) => {
    const [a, b] = [sizeOf(left, axis), sizeOf(right, axis)];
    if (a === b || b === 1) return a;
    if (a === 1) return b;
    throw scope.broken(`cannot combine [${left.shape.join(', ')}] and [${right.shape.join(', ')}]`);
  });
  return scope.make(part, shape, (output) => ({
    kind: 'binary',
    operation,
    left: left.id,
    right: right.id,
    output,
    activation: 'none',
  }));
}

/** Add, Subtract, Multiply, Maximum and Minimum of any number of inputs. */
export function foldKind(operation: BinaryOp['operation']): LayerKind {
  return {
    weightParts: noWeights,
    refusals: noRefusals,
    isRowwise: false,
    build: (scope) => [folded(scope, scope.inputs, operation)],
  };
}

export const averageKind: LayerKind = {
  weightParts: noWeights,
  refusals: noRefusals,
  isRowwise: false,
  build: (scope) => [average(scope, scope.inputs)],
};

export const concatenateKind: LayerKind = {
  weightParts: noWeights,
  refusals: noRefusals,
  isRowwise: false,
  build(scope) {
    const rank = scope.inputs[0]?.shape.length ?? 0;
    const axis = scope.config.number('axis', -1);
    return [concatenated(scope, scope.inputs, axis < 0 ? axis + rank : axis)];
  },
};
