import type { ConcatenationOp, SliceDimension, SliceOp } from '../../../model';
import { BuiltinOptions } from '../generated/builtin-options';
import { PackOptions } from '../generated/pack-options';
import { UnpackOptions } from '../generated/unpack-options';
import type { OperatorReader } from '../operator-reader';
import { resolveAxis } from './integer-settings';

const WHOLE: SliceDimension = { kind: 'range', begin: null, end: null, stride: 1 };

/** UNPACK: one slice per output, without the dimension that is taken apart. Unrolled networks begin with it. */
export function readUnpack(operator: OperatorReader): readonly SliceOp[] {
  operator.requireInputs(1);
  const options =
    operator.options(BuiltinOptions.UnpackOptions, new UnpackOptions()) ??
    operator.refuse('has no options, so no axis; convert the model again');
  const shape = operator.inputShape(0, 'input');
  const axis = resolveAxis(operator, options.axis(), shape.length);
  operator.requireOutputs(shape[axis] ?? 0);
  const input = operator.input(0, 'input');
  return Array.from({ length: operator.outputCount() }, (_, index) => ({
    ...operator.base('slice', `${index}`),
    input,
    output: operator.output(index),
    dimensions: [...whole(axis), { kind: 'index', index }],
  }));
}

/** PACK: every input gets the new dimension, in which they are then concatenated. */
export function readPack(operator: OperatorReader): readonly (SliceOp | ConcatenationOp)[] {
  operator.requireOutputs(1);
  const options =
    operator.options(BuiltinOptions.PackOptions, new PackOptions()) ??
    operator.refuse('has no options, so no axis; convert the model again');
  const rank = operator.inputShape(0, 'input 0').length;
  const axis = resolveAxis(operator, options.axis(), rank + 1);
  const isSingle = operator.inputCount() === 1;
  const widened = Array.from({ length: operator.inputCount() }, (_, index): SliceOp => {
    const role = `input ${index}`;
    const input = operator.input(index, role);
    const tensor = operator.inputTensor(index, role);
    return {
      ...operator.base('slice', `${index}`),
      input,
      output: isSingle
        ? operator.output(0)
        : operator.addTensor({
            ...tensor,
            name: `${tensor.name} packed`,
            shape: [...tensor.shape.slice(0, axis), 1, ...tensor.shape.slice(axis)],
            data: null,
          }),
      dimensions: [...whole(axis), { kind: 'newAxis' }],
    };
  });
  if (isSingle) return widened;
  const inputs = widened.map(({ output }) => output);
  return [...widened, { ...operator.base('concatenation'), inputs, output: operator.output(0), axis }];
}

function whole(dimensions: number): SliceDimension[] {
  return new Array<SliceDimension>(dimensions).fill(WHOLE);
}
