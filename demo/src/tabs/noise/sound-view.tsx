import { useEffect, useMemo, useRef } from 'preact/hooks';
import { BINS, SAMPLE_RATE } from '../../denoiser/frames';
import { LEVEL_COLORS, LEVEL_STEPS } from '../../ui/color-scale';
import { outline, spectrogram } from './spectrogram';

export interface SoundViewProps {
  readonly title: string;
  /** At 16 kHz; null while there is none yet. */
  readonly samples: Float32Array | null;
  /** Sample magnitude at the waveform's edge, the same for all views that are compared. */
  readonly peak: number;
  /** Of what is played, 0 to 1; null if nothing is. */
  readonly position: number | null;
  /** Whether this is what is, or would be, heard. */
  readonly isHeard: boolean;
  readonly onSeek: ((position: number) => void) | null;
}

/** Columns of the pictures: about one for every two of the widest view's pixels. */
const COLUMNS = 560;
const HEIGHT = 100;

/** A sound as waveform and spectrogram, one above the other on the same time axis. */
export function SoundView({ title, samples, peak, position, isHeard, onSeek }: SoundViewProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const sound = samples ?? NOTHING;
  const path = useMemo(() => waveformPath(sound, peak), [sound, peak]);
  useEffect(() => {
    const context = canvas.current?.getContext('2d') ?? null;
    if (context !== null) paint(context, sound);
  }, [sound]);
  const seconds = (sound.length / SAMPLE_RATE).toFixed(1);
  return (
    <figure class={isHeard ? 'sound heard' : 'sound'}>
      <figcaption>
        {title} {isHeard && <small>heard</small>}
      </figcaption>
      <div
        class="pictures"
        onClick={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          onSeek?.((event.clientX - box.left) / box.width);
        }}
      >
        <svg
          viewBox={`0 0 ${COLUMNS} ${HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={`${title}: waveform of ${seconds} s`}
        >
          <path d={path} />
        </svg>
        <canvas
          ref={canvas}
          width={COLUMNS}
          height={BINS}
          role="img"
          aria-label={`${title}: spectrogram of ${seconds} s, 0 to 8 kHz from the bottom up`}
        />
        {position !== null && <span class="playhead" style={{ left: `${100 * position}%` }} />}
      </div>
    </figure>
  );
}

const NOTHING = new Float32Array(0);

/** A closed line along the maxima and back along the minima. */
function waveformPath(samples: Float32Array, peak: number): string {
  const extremes = outline(samples, COLUMNS);
  const height = (value: number): string => ((HEIGHT / 2) * (1 - value / Math.max(peak, 1e-3))).toFixed(1);
  const columns = Array.from({ length: COLUMNS }, (_, column) => column);
  const above = columns.map((column) => `${column + 0.5},${height((extremes[2 * column + 1] ?? 0) + 1e-4)}`);
  const below = columns.map((column) => `${column + 0.5},${height((extremes[2 * column] ?? 0) - 1e-4)}`);
  return `M${above.join('L')}L${below.reverse().join('L')}Z`;
}

function paint(context: CanvasRenderingContext2D, samples: Float32Array): void {
  const levels = spectrogram(samples, COLUMNS);
  const image = context.createImageData(COLUMNS, BINS);
  for (let column = 0; column < COLUMNS; column++) {
    for (let bin = 0; bin < BINS; bin++) {
      const step = Math.round((levels[column * BINS + bin] ?? 0) * (LEVEL_STEPS - 1));
      const pixel = 4 * ((BINS - 1 - bin) * COLUMNS + column);
      for (let part = 0; part < 4; part++) image.data[pixel + part] = LEVEL_COLORS[4 * step + part] ?? 0;
    }
  }
  context.putImageData(image, 0, 0);
}
