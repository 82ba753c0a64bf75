import type { Side } from './ab-player';
import type { Playback } from './use-ab-player';

const SIDES: readonly (readonly [side: Side, title: string])[] = [
  ['before', 'Before'],
  ['after', 'After'],
];

/** Plays, stops, seeks, and chooses what is heard: before or after. */
export function PlaybackBar({
  playback,
  seconds,
  isReady,
}: {
  readonly playback: Playback;
  readonly seconds: number;
  readonly isReady: boolean;
}) {
  const { side, position, isPlaying } = playback;
  return (
    <div class="row playback">
      <button type="button" class="play" disabled={!isReady} onClick={playback.toggle}>
        {isPlaying ? 'Pause' : 'Play'}
      </button>
      <fieldset class="sides">
        <legend>Heard</legend>
        {SIDES.map(([value, title]) => (
          <label key={value}>
            <input
              type="radio"
              name="heard"
              checked={side === value}
              onChange={() => {
                playback.hear(value);
              }}
            />
            {title}
          </label>
        ))}
      </fieldset>
      <input
        type="range"
        class="seek"
        aria-label="Position"
        aria-valuetext={`${(position * seconds).toFixed(1)} of ${seconds.toFixed(1)} s`}
        min="0"
        max="1"
        step="0.001"
        disabled={!isReady}
        value={position}
        onInput={(event) => {
          playback.seek(Number(event.currentTarget.value));
        }}
      />
      <output class="clock">
        {(position * seconds).toFixed(1)} / {seconds.toFixed(1)} s
      </output>
    </div>
  );
}
