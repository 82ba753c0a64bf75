/** Row-major float32 values with their dimensions. */
export interface FloatTensor {
  /** Dimensions, outermost first. */
  readonly shape: readonly number[];
  /** As many elements as the product of the dimensions. */
  readonly data: Float32Array;
}

/** Number of elements of a shape. */
export function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** A shape for messages: `[1, 28, 28]`. */
export function formatShape(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}
