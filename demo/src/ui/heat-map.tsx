import { useEffect, useRef } from 'preact/hooks';
import { colorOf } from './color-scale';

export interface HeatMapProps {
  readonly title: string;
  /** What one value means, such as `Q0.15`. */
  readonly unit: string;
  /** `[columns][rows]` integers, column by column: a timestep's units are adjacent. */
  readonly values: ArrayLike<number>;
  readonly columns: number;
  readonly rows: number;
  /** Value of the scale's ends: -limit and +limit. */
  readonly limit: number;
}

/** Integers as colours, timesteps from left to right: blue below zero, orange above. */
export function HeatMap({ title, unit, values, columns, rows, limit }: HeatMapProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d') ?? null;
    if (context === null) return;
    const image = context.createImageData(columns, rows);
    for (let column = 0; column < columns; column++) {
      for (let row = 0; row < rows; row++) {
        const color = colorOf((values[column * rows + row] ?? 0) / limit);
        image.data.set(color, (row * columns + column) * 4);
      }
    }
    context.putImageData(image, 0, 0);
  }, [values, columns, rows, limit]);
  return (
    <figure class="heat-map">
      <canvas
        ref={canvas}
        width={columns}
        height={rows}
        role="img"
        aria-label={`${title}: ${rows} units over ${columns} timesteps`}
      />
      <figcaption>
        {title} <small>{unit}</small>
      </figcaption>
    </figure>
  );
}
