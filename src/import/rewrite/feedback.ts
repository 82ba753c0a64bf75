import { at } from '../../errors';
import type { TensorId } from '../../model';
import { elementCount } from '../../model/shapes';
import type { Element } from './element-origin';
import { originOf } from './element-origin';
import type { GraphView } from './graph-view';

/** Larger states than any recurrent layer has; tracing their elements one by one would take long. */
const MOST_STATE_ELEMENTS = 1 << 16;

/** A value that the caller is to feed back: an output of one call stands, in the next, where an input stood. */
export interface Feedback {
  readonly input: TensorId;
  readonly output: TensorId;
  /** Row-major positions in both, per element of the value. */
  readonly positions: readonly number[];
}

/** Tells which values are carried from an output to an input of the same dimensions, element by element. */
export class FeedbackFinder {
  /** Per output, where each of its elements was made. */
  private readonly outputOrigins: ReadonlyMap<TensorId, readonly Element[]>;

  constructor(private readonly view: GraphView) {
    const { graph, shapes } = view;
    const stateSizes = graph.inputs.map((id) => elementCount(at(shapes, id)));
    this.outputOrigins = new Map(
      graph.outputs.flatMap((output) => {
        const elements = elementCount(at(shapes, output));
        if (elements > MOST_STATE_ELEMENTS || !stateSizes.includes(elements)) return [];
        const origins = Array.from({ length: elements }, (_, index) =>
          originOf(view, { tensor: output, index }),
        );
        return [[output, origins] as const];
      }),
    );
  }

  /**
   * How `oldValue` of a call is `newValue` of the call before; null if it is not. Both have the same dimensions; every
   * element of the old value must come from one input of the graph, and the new value's from the same position of one
   * output.
   */
  find(oldValue: TensorId, newValue: TensorId): Feedback | null {
    const { graph, shapes } = this.view;
    const elements = elementCount(at(shapes, oldValue));
    if (elements > MOST_STATE_ELEMENTS) return null;
    const origins = Array.from({ length: elements }, (_, index) =>
      originOf(this.view, { tensor: oldValue, index }),
    );
    const input = origins[0]?.tensor;
    if (input === undefined || !graph.inputs.includes(input)) return null;
    if (origins.some(({ tensor }) => tensor !== input)) return null;
    const positions = origins.map(({ index }) => index);
    const inputElements = elementCount(at(shapes, input));
    for (const [output, made] of this.outputOrigins) {
      const isNewValue = positions.every((position, index) => {
        const element = made[position];
        return element?.tensor === newValue && element.index === index;
      });
      if (isNewValue && made.length === inputElements) return { input, output, positions };
    }
    return null;
  }
}
