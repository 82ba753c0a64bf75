import type { NdArray } from '../nd-array';
import type { View } from '../view';
import { viewShape } from '../view';

/** What a name of the file stands for while the graph is made. */
export type Value = ConstantValue | ActivationValue | StateValue | BrokenValue;

/** Known at import. */
export interface ConstantValue {
  readonly kind: 'constant';
  readonly array: NdArray;
}

/** Computed by the graph. */
export interface ActivationValue {
  readonly kind: 'activation';
  readonly view: View;
}

/**
 * Elements of LSTM states, moved around: what an input of the model puts into states, or what states become at the end of
 * a call. Each element carries its number instead of a value; whoever calculates with it needs the view.
 */
export interface StateValue {
  readonly kind: 'state';
  readonly origin: 'input' | 'output';
  readonly numbers: NdArray;
  /** @throws UnsupportedModelError where no tensor of the graph holds the value. */
  readonly view: () => View;
}

/** Made by a node that is not read, of which the reader was told. */
export interface BrokenValue {
  readonly kind: 'broken';
}

export function valueShape(value: Exclude<Value, BrokenValue>): readonly number[] {
  switch (value.kind) {
    case 'constant':
      return value.array.shape;
    case 'state':
      return value.numbers.shape;
    case 'activation':
      return viewShape(value.view);
  }
}

/** How elements are moved, without being changed, in each of their forms. */
export interface Move {
  readonly array: (array: NdArray) => NdArray;
  readonly view: (view: View) => View;
}

export function movedValue(value: Exclude<Value, BrokenValue>, move: Move): Value {
  switch (value.kind) {
    case 'constant':
      return { kind: 'constant', array: move.array(value.array) };
    case 'activation':
      return { kind: 'activation', view: move.view(value.view) };
    case 'state':
      return {
        kind: 'state',
        origin: value.origin,
        numbers: move.array(value.numbers),
        view: once(() => move.view(value.view())),
      };
  }
}

/** The result of the first call, for all calls. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
