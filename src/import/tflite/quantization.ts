import { ModelFormatError, UnsupportedModelError } from '../../errors';
import type { Quantization } from '../../model';
import type { QuantizationParameters } from './generated/quantization-parameters';
import { readVector } from './vectors';

/**
 * Scales and zero points as the file states them; null where it states none. One zero point stands for all scales, none
 * for zeros. Values are not judged here: `validateGraph` does.
 *
 * @param subject the tensor, for messages
 * @throws ModelFormatError if scales and zero points do not go together; UnsupportedModelError for another scheme.
 */
export function readQuantization(
  parameters: QuantizationParameters | null,
  subject: string,
): Quantization | null {
  if (parameters === null) return null;
  if (parameters.detailsType() !== 0) {
    throw new UnsupportedModelError([
      {
        subject,
        reason: `its quantization is of kind ${parameters.detailsType()}; scales and zero points are expected, requantize the model`,
      },
    ]);
  }
  const scales = readVector(parameters.scaleLength(), (index) => parameters.scale(index));
  const zeroPoints = readVector(parameters.zeroPointLength(), (index) => {
    const zeroPoint = parameters.zeroPoint(index);
    return zeroPoint === null ? null : Number(zeroPoint);
  });
  if (scales.length === 0) return null;
  if (zeroPoints.length > 1 && zeroPoints.length !== scales.length) {
    throw new ModelFormatError(
      `${subject}: has ${scales.length} scales and ${zeroPoints.length} zero points; as many are expected, requantize the model`,
    );
  }
  const [zeroPoint = 0] = zeroPoints;
  return {
    scales,
    zeroPoints: zeroPoints.length === scales.length ? zeroPoints : scales.map(() => zeroPoint),
    axis: scales.length === 1 ? null : parameters.quantizedDimension(),
  };
}
