import { LimitError } from '../errors';

/**
 * WebGPU's default limits, which every conforming device has. We stay within them even on devices that offer more:
 * a model then loads everywhere or nowhere, and what a developer tried on a workstation also runs on a phone. The price
 * is that tensors above 128 MiB are refused where some devices could hold them.
 */
export const DEFAULT_LIMITS = {
  maxBufferSize: 256 * 1024 * 1024,
  maxStorageBufferBindingSize: 128 * 1024 * 1024,
  maxUniformBufferBindingSize: 64 * 1024,
  maxStorageBuffersPerShaderStage: 8,
  maxUniformBuffersPerShaderStage: 12,
  maxComputeWorkgroupsPerDimension: 65_535,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupSizeX: 256,
  maxComputeWorkgroupStorageSize: 16 * 1024,
} as const;

export type LimitName = keyof typeof DEFAULT_LIMITS;

/** Offsets of storage and uniform bindings inside their buffer are multiples of this. */
export const BINDING_OFFSET_ALIGNMENT_BYTES = 256;

/**
 * @param subject what is measured, with its name and unit: `bytes of buffer lstm_0.weights`
 * @param remedy what the caller can do about it
 * @throws LimitError if `value` is above the limit.
 */
export function checkLimit(limit: LimitName, value: number, subject: string, remedy: string): void {
  const max = DEFAULT_LIMITS[limit];
  if (value > max)
    throw new LimitError(`${value} ${subject}: above WebGPU's default ${limit} of ${max}; ${remedy}`);
}

/**
 * @throws LimitError naming every limit of a caller's device that is below WebGPU's default, as on devices in
 * compatibility mode.
 */
export function checkDeviceLimits(limits: GPUSupportedLimits): void {
  const low = Object.entries(DEFAULT_LIMITS)
    .map(([name, needed]) => ({ name, needed, found: limits[name as LimitName] }))
    .filter(({ needed, found }) => found < needed);
  if (low.length === 0) return;
  const list = low.map(({ name, needed, found }) => `${name} is ${found}, needed is ${needed}`).join('; ');
  throw new LimitError(
    `the device has less than WebGPU's default limits: ${list}; request it with featureLevel "core"`,
  );
}
