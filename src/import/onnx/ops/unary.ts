import type { FloatFunction } from '../../../model';
import type { OpFields } from '../../graph-assembler';
import type { NodeReader } from '../node-reader';
import { scalarOf } from '../node-reader';
import type { View } from '../../view';
import { transposedView } from '../../view';
import { fuseActivation } from './fuse';
import { binaryOf } from './binary';

/** A function of each element, on the tensor as it stands: its order does not matter. */
export function elementwise<
  K extends 'logistic' | 'tanh' | 'relu' | 'leakyRelu' | 'hardSwish' | 'floatUnary',
>({ assembler }: NodeReader, kind: K, view: View, options: Omit<OpFields<K>, 'input' | 'output'>): View {
  // K is one kind, whose fields the compiler does not put together through Omit.
  const fields = { ...options, input: view.source } as unknown as Omit<OpFields<K>, 'output'>;
  return { ...assembler.emit(kind, fields), axes: view.axes };
}

export function readLogistic(node: NodeReader): void {
  node.requireAllRead();
  node.outputView(0, elementwise(node, 'logistic', node.activation(0, 'X'), {}));
}

export function readTanh(node: NodeReader): void {
  node.requireAllRead();
  node.outputView(0, elementwise(node, 'tanh', node.activation(0, 'X'), {}));
}

export function readHardSwish(node: NodeReader): void {
  node.requireAllRead();
  node.outputView(0, elementwise(node, 'hardSwish', node.activation(0, 'X'), {}));
}

export function readRelu(node: NodeReader): void {
  node.requireAllRead();
  node.outputView(0, clamped(node, node.activation(0, 'X'), 'relu'));
}

export function readLeakyRelu(node: NodeReader): void {
  const alpha = node.float('alpha', Math.fround(0.01));
  node.requireAllRead();
  node.outputView(0, elementwise(node, 'leakyRelu', node.activation(0, 'X'), { alpha }));
}

/** What a pair of bounds is called; other pairs are not read. */
const CLAMPS = [
  { low: 0, high: Infinity, bound: 'relu' },
  { low: 0, high: 6, bound: 'relu6' },
  { low: -1, high: 1, bound: 'reluN1To1' },
] as const;

const LARGEST_FLOAT = 3.4e38;

export function readClip(node: NodeReader): void {
  const bound = (attribute: string, slot: number, otherwise: number): number => {
    if (!node.hasInput(slot)) return node.float(attribute, otherwise);
    return scalarOf(node, node.constant(slot, attribute), attribute);
  };
  const [low, stated] = [bound('min', 1, -Infinity), bound('max', 2, Infinity)];
  // The largest float32 is what older files have for no bound.
  const high = stated >= LARGEST_FLOAT ? Infinity : stated;
  node.requireAllRead();
  const view = node.activation(0, 'input');
  const clamp = CLAMPS.find((each) => each.low === low && each.high === high);
  if (clamp === undefined) {
    node.refuse(`it clips to ${low} and ${high}; 0 and none, 0 and 6, or -1 and 1 are expected`);
  }
  node.outputView(0, clamped(node, view, clamp.bound));
}

function clamped(node: NodeReader, view: View, bound: (typeof CLAMPS)[number]['bound']): View {
  return fuseActivation(node, view, bound) ? view : elementwise(node, 'relu', view, { bound });
}

export function readFunction(name: FloatFunction): (node: NodeReader) => void {
  return (node) => {
    node.requireAllRead();
    node.outputView(0, elementwise(node, 'floatUnary', node.activation(0, 'X'), { function: name }));
  };
}

/** `1 / x` */
export function readReciprocal(node: NodeReader): void {
  node.requireAllRead();
  const one = { shape: [1], type: 'float', data: Float32Array.of(1) } as const;
  node.outputView(0, binaryOf(node, 'divide', one, node.activation(0, 'X')));
}

/** Squares and square roots only. */
export function readPow(node: NodeReader): void {
  node.requireInputs(2);
  node.requireAllRead();
  const exponent = scalarOf(node, node.constant(1, 'exponent'), 'exponent');
  const view = node.activation(0, 'X');
  switch (exponent) {
    case 1:
      node.outputView(0, view);
      return;
    case 2:
      node.outputView(0, elementwise(node, 'floatUnary', view, { function: 'square' }));
      return;
    case 0.5:
      node.outputView(0, elementwise(node, 'floatUnary', view, { function: 'sqrt' }));
      return;
    default:
      node.refuse(`its exponent is ${exponent}; 2 or 0.5 is expected`);
  }
}

/** Softmax over one dimension; before version 13 over all from one on. */
export function readSoftmax(node: NodeReader): void {
  const view = node.activation(0, 'input');
  const rank = view.axes.length;
  const axis = node.axis(node.int('axis', node.opset < 13 ? 1 : -1), rank);
  node.requireAllRead();
  if (node.opset < 13 && axis !== rank - 1) {
    node.refuse(
      `it runs over all dimensions from ${axis} on; the last one is expected, export with opset 13 or later`,
    );
  }
  const last = [...view.axes.keys()].filter((each) => each !== axis);
  const ordered = lastInSource(node, transposedView(view, [...last, axis]));
  const output: View = {
    ...node.assembler.emit('softmax', { input: ordered.source, beta: 1 }),
    axes: ordered.axes,
  };
  const back = [...view.axes.keys()].map((each) => (each === axis ? rank - 1 : last.indexOf(each)));
  node.outputView(0, transposedView(output, back));
}

/** The view, of a tensor whose last dimension is the view's. */
export function lastInSource({ assembler }: NodeReader, view: View): View {
  if (view.axes.at(-1) === view.sourceShape.length - 1) return view;
  return assembler.whole(assembler.materialize(view));
}
