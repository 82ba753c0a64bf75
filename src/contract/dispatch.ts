/** Workgroups of one dispatch along x, y and z. */
export type Workgroups = readonly [x: number, y: number, z: number];

/** WebGPU's default limit on workgroups along one dimension. */
export const MAX_WORKGROUPS_PER_DIMENSION = 65_535;

/**
 * Workgroups for kernels that number them `y * num_workgroups.x + x` (`lib/linear_workgroup.wgsl`), so that more of them
 * than one dimension takes become rows of a grid. The grid's last row may reach beyond `count`; the kernel tests for it.
 *
 * @throws RangeError beyond the limit of two dimensions, 4.29e9 workgroups.
 */
export function linearWorkgroups(count: number): Workgroups {
  const y = Math.max(1, Math.ceil(count / MAX_WORKGROUPS_PER_DIMENSION));
  if (y > MAX_WORKGROUPS_PER_DIMENSION) throw new RangeError(`${count} workgroups do not fit one dispatch`);
  return [Math.ceil(count / y), y, 1];
}
