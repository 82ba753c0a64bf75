import type { FrameCounts } from 'octogate/streaming';
import { FRAME_BUDGET_MS } from '../../denoiser/frames';
import type { FrameTimes } from '../../worker/denoiser';

export interface FiguresProps {
  readonly times: FrameTimes | null;
  /** SI-SDR in decibels, where the clean signal is known. */
  readonly quality: { readonly before: number; readonly after: number } | null;
  /** Of a live stream. */
  readonly counts: FrameCounts | null;
}

const NONE = '…';

/** What the frames cost against their budget, what came late, and what it was good for. */
export function Figures({ times, quality, counts }: FiguresProps) {
  const perFrame = times === null || times.frames === 0 ? null : times.totalMs / times.frames;
  const late = counts === null ? times?.late : counts.late;
  const frames = counts === null ? times?.frames : counts.played + counts.late + counts.dropped;
  return (
    <dl class="cards">
      <div>
        <dt>Frame budget</dt>
        <dd data-testid="frame-time">
          {perFrame === null ? NONE : `${perFrame.toFixed(2)} ms`} <small>of {FRAME_BUDGET_MS} ms</small>
        </dd>
        <dd class="bar">
          <meter
            aria-label="share of the frame budget that a frame takes"
            min={0}
            max={FRAME_BUDGET_MS}
            high={FRAME_BUDGET_MS * 0.8}
            optimum={0}
            value={Math.min(FRAME_BUDGET_MS, perFrame ?? 0)}
          />
        </dd>
      </div>
      <div>
        <dt>Speed</dt>
        <dd data-testid="speed">
          {perFrame === null ? NONE : `${(FRAME_BUDGET_MS / perFrame).toFixed(1)} ×`} <small>real time</small>
        </dd>
        <dd class="note">slowest frame {times === null ? NONE : `${times.slowestMs.toFixed(1)} ms`}</dd>
      </div>
      <div>
        <dt>Late frames</dt>
        <dd data-testid="late">
          {late === undefined ? NONE : late.toLocaleString('en')}{' '}
          <small>of {frames === undefined ? NONE : frames.toLocaleString('en')}</small>
        </dd>
        <dd class="note">
          {counts === null ? 'took longer than 8 ms' : `not ready when due · ${counts.dropped} dropped`}
        </dd>
      </div>
      <div>
        <dt>SI-SDR</dt>
        <dd data-testid="quality">
          {quality === null ? '–' : `${quality.before.toFixed(1)} → ${quality.after.toFixed(1)} dB`}
        </dd>
        <dd class="note">
          {quality === null
            ? 'needs the clean speech'
            : `${signed(quality.after - quality.before)} dB to the clean speech`}
        </dd>
      </div>
    </dl>
  );
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`;
}
