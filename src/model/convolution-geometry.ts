import type { ConvolutionGeometry } from './arithmetic-ops';

/** Steps of the image that a filter spans. */
function filterSpan({ dilation }: ConvolutionGeometry, axis: 0 | 1, filterSize: number): number {
  return (filterSize - 1) * dilation[axis] + 1;
}

/**
 * Outputs along one axis. TFLite `padding.h`, `ComputeOutSize`: every stride-th step of the image, or of the part where
 * the filter fits.
 */
export function outputSteps(
  geometry: ConvolutionGeometry,
  axis: 0 | 1,
  imageSize: number,
  filterSize: number,
): number {
  const stride = geometry.stride[axis];
  const usable =
    geometry.padding === 'same' ? imageSize : imageSize - filterSpan(geometry, axis, filterSize) + 1;
  return Math.max(0, Math.ceil(usable / stride));
}

/**
 * Steps outside the image before the first output's filter; an odd one goes after the last output. TFLite `padding.h`,
 * `ComputePadding`.
 */
export function paddingBefore(
  geometry: ConvolutionGeometry,
  axis: 0 | 1,
  imageSize: number,
  filterSize: number,
): number {
  const outputs = outputSteps(geometry, axis, imageSize, filterSize);
  const needed = (outputs - 1) * geometry.stride[axis] + filterSpan(geometry, axis, filterSize);
  return Math.floor(Math.max(0, needed - imageSize) / 2);
}
