/* eslint-disable @typescript-eslint/no-non-null-assertion -- Nearly all of a float run's time is spent in these loops,
   inside bounds that their callers prove; checked access made them several times slower. */
import { largestMagnitude, quantizeToInt8 } from '../integer-constants';

/** A weight matrix, ready to be multiplied. */
export interface Matrix {
  /**
   * `target[targetOffset + r] += sum_j matrix[r, j] * vector[vectorOffset + j]` for every row r. Rounds once, to float32,
   * on the way out.
   */
  addProduct(target: Float32Array, targetOffset: number, vector: Float32Array, vectorOffset: number): void;
}

/** Makes a matrix from its elements, `[rows, depth]` row-major. */
export type MatrixKind = (values: Float32Array, rows: number) => Matrix;

/**
 * float32 weights, sums in double precision. Four rows at a time: their sums do not wait for each other, and each is added
 * up in the same order as alone.
 */
export const floatMatrix: MatrixKind = (values, rows) => {
  const depth = values.length / rows;
  return {
    addProduct(target, targetOffset, vector, vectorOffset) {
      let row = 0;
      for (; row + 4 <= rows; row += 4) {
        const [first, second, third, fourth] = [
          row * depth,
          (row + 1) * depth,
          (row + 2) * depth,
          (row + 3) * depth,
        ];
        const out = targetOffset + row;
        let [a, b, c, d] = [target[out]!, target[out + 1]!, target[out + 2]!, target[out + 3]!];
        for (let j = 0; j < depth; j++) {
          const factor = vector[vectorOffset + j]!;
          a += values[first + j]! * factor;
          b += values[second + j]! * factor;
          c += values[third + j]! * factor;
          d += values[fourth + j]! * factor;
        }
        target.set([a, b, c, d], out);
      }
      for (; row < rows; row++) {
        let sum = target[targetOffset + row]!;
        for (let j = 0; j < depth; j++) sum += values[row * depth + j]! * vector[vectorOffset + j]!;
        target[targetOffset + row] = sum;
      }
    },
  };
};

/**
 * What TFLite calls hybrid, or dynamic-range: int8 weights with one scale, and a vector that is quantized to int8 by its
 * own largest magnitude each time. The rest of the model stays float.
 */
export const hybridMatrix: MatrixKind = (values, rows) => {
  const depth = values.length / rows;
  const magnitude = largestMagnitude(values);
  const weights = magnitude === 0 ? new Int8Array(values.length) : quantizeToInt8(values, magnitude);
  return {
    addProduct(target, targetOffset, vector, vectorOffset) {
      const part = vector.subarray(vectorOffset, vectorOffset + depth);
      const reach = largestMagnitude(part);
      if (reach === 0) return;
      const quantized = quantizeToInt8(part, reach);
      const scale = (magnitude / 127) * (reach / 127);
      for (let row = 0, element = 0; row < rows; row++) {
        let sum = 0;
        for (let j = 0; j < depth; j++) sum += weights[element++]! * quantized[j]!;
        target[targetOffset + row] = target[targetOffset + row]! + sum * scale;
      }
    },
  };
};
