/**
 * Twin of `float_softmax.wgsl`: `exp(beta * (x - max)) / sum` over rows, in float64 and rounded once. The kernel is within
 * the tolerance of `floatTolerance`.
 *
 * @param input `[rows, classes]`
 * @param out of the same shape
 */
export function floatSoftmax(beta: number, input: Float32Array, classes: number, out: Float32Array): void {
  for (let start = 0; start < input.length; start += classes) {
    let maximum = input[start]!;
    for (let j = 1; j < classes; j++) maximum = Math.max(maximum, input[start + j]!);
    let sum = 0;
    for (let j = 0; j < classes; j++) sum += Math.exp(beta * (input[start + j]! - maximum));
    for (let j = 0; j < classes; j++) {
      out[start + j] = Math.exp(beta * (input[start + j]! - maximum)) / sum;
    }
  }
}
