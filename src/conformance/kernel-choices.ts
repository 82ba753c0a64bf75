import type { GpuDiagnostics, KernelOptions } from '../index';

/** A kernel path, with every option that makes one; a tuning only chooses among them. */
export type KernelChoice = Required<Omit<KernelOptions, 'tuning'>>;

/**
 * Every kernel path of a device: ways through the recurrence, times ways to multiply, times ways to load rows; by the best
 * ones of these, with gate functions of either kind.
 *
 * @param chosen what the library chooses on the device: the best, next to which the other always works
 */
export function kernelChoices({ dot, rows }: Pick<GpuDiagnostics, 'dot' | 'rows'>): KernelChoice[] {
  const dots = dot === 'packed' ? (['packed', 'unpacked'] as const) : (['unpacked'] as const);
  const everyRows = rows === 'subgroup' ? (['subgroup', 'plain'] as const) : (['plain'] as const);
  return dots.flatMap((eachDot) =>
    everyRows.flatMap((eachRows) => {
      // Weights stay in registers only where rows are passed around.
      const paths =
        eachRows === 'subgroup'
          ? (['step', 'sequence', 'resident', 'frame', 'wavefront'] as const)
          : (['step', 'sequence', 'frame'] as const);
      const isBest = eachDot === dot && eachRows === rows;
      const everyActivations = isBest ? (['computed', 'table'] as const) : (['computed'] as const);
      return paths.flatMap((lstm) =>
        everyActivations.map((activations) => ({ lstm, dot: eachDot, rows: eachRows, activations })),
      );
    }),
  );
}

/** `step packed subgroup table` */
export function kernelName({ lstm, dot, rows, activations }: KernelChoice): string {
  return `${lstm} ${dot} ${rows} ${activations}`;
}
