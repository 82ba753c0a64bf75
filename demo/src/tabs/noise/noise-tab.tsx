import { useMemo, useState } from 'preact/hooks';
import { SAMPLE_RATE } from '../../denoiser/frames';
import { siSdr } from '../../denoiser/si-sdr';
import { LoseDevice } from '../../ui/lose-device';
import { Problem } from '../../ui/problem';
import type { TabProps } from '../tab-props';
import { decodeSound } from './audio-file';
import { Figures } from './figures';
import { PlaybackBar } from './playback-bar';
import { loadSample } from './sample';
import { SoundView } from './sound-view';
import { useAbPlayer } from './use-ab-player';
import { useDenoising } from './use-denoising';
import type { Activity } from './use-denoising';
import './noise.css';

/** Frames that go to the engine together: a live stream has one at a time, a file may have more. */
const CALL_SIZES = [1, 8, 32] as const;

export function NoiseTab({ engine, status }: TabProps) {
  const [framesPerCall, setFramesPerCall] = useState<number>(CALL_SIZES[1]);
  const denoising = useDenoising(engine, framesPerCall);
  const { activity, sound, denoised, times, counts } = denoising;
  const isIdle = activity === 'idle';
  const isReady = isIdle && sound !== null && denoised !== null;
  const playback = useAbPlayer(isReady ? sound.noisy : null, isReady ? denoised : null);
  const peak = useMemo(() => (sound === null ? 1 : largest(sound.noisy)), [sound]);
  const quality = useMemo(() => {
    const clean = sound?.clean ?? null;
    if (sound === null || clean === null || denoised?.length !== clean.length) return null;
    return { before: siSdr(sound.noisy, clean), after: siSdr(denoised, clean) };
  }, [sound, denoised]);
  const position = isReady ? playback.position : null;
  const onSeek = isReady ? playback.seek : null;

  const openFile = (file: File): Promise<void> =>
    denoising.denoise(async () => ({
      name: file.name,
      noisy: await decodeSound(await file.arrayBuffer(), file.name),
      clean: null,
    }));

  return (
    <div
      class="noise"
      onDragOver={(event) => {
        event.preventDefault();
        if (event.dataTransfer !== null) event.dataTransfer.dropEffect = isIdle ? 'copy' : 'none';
      }}
      onDrop={(event) => {
        event.preventDefault();
        const file = event.dataTransfer?.files[0];
        if (file !== undefined && isIdle) void openFile(file);
      }}
    >
      <div class="sources">
        <div class="row">
          <button type="submit" disabled={!isIdle} onClick={() => void denoising.denoise(loadSample)}>
            Denoise the sample
          </button>
          <label class="choose" aria-disabled={!isIdle}>
            Open a sound file
            <input
              type="file"
              accept="audio/*,.wav"
              disabled={!isIdle}
              onChange={(event) => {
                const file = event.currentTarget.files?.[0];
                if (file !== undefined) void openFile(file);
                event.currentTarget.value = '';
              }}
            />
          </label>
          <button type="button" disabled={!isIdle} onClick={() => void denoising.record()}>
            Use the microphone
          </button>
          <label class="inline">
            Frames per call
            <select
              value={framesPerCall}
              disabled={!isIdle}
              onChange={(event) => {
                setFramesPerCall(Number(event.currentTarget.value));
              }}
            >
              {CALL_SIZES.map((size) => (
                <option key={size} value={size}>
                  {size === 1 ? '1, as live' : size}
                </option>
              ))}
            </select>
          </label>
          <label class="inline">
            <input
              type="checkbox"
              onChange={(event) => {
                denoising.listen(event.currentTarget.checked);
              }}
            />
            hear the microphone live <small>(with headphones)</small>
          </label>
        </div>
        <div class="row under-way">
          <button type="button" class="stop" disabled={isIdle} onClick={denoising.stop}>
            {activity === 'recording' ? 'Stop' : 'Cancel'}
          </button>
          <progress
            max={1}
            value={denoising.progress}
            aria-label="frames denoised"
            class={activity === 'denoising' ? '' : 'idle'}
          />
          <span role="status" data-testid="activity">
            {describe(
              activity,
              sound?.name ?? null,
              isReady ? 'Done' : denoising.message === null ? 'Cancelled' : 'Failed',
            )}
          </span>
          <p class="slot" role="status">
            {denoising.wasLost && (
              <strong class="notice">
                The GPU device was lost and replaced; the stream went on from its last state.
              </strong>
            )}
          </p>
        </div>
      </div>
      <Problem message={denoising.message} />
      <div class="sounds">
        <SoundView
          title="Before"
          samples={sound?.noisy ?? null}
          peak={peak}
          position={position}
          isHeard={isReady && playback.side === 'before'}
          onSeek={onSeek}
        />
        <SoundView
          title="After"
          samples={denoised}
          peak={peak}
          position={position}
          isHeard={isReady && playback.side === 'after'}
          onSeek={onSeek}
        />
      </div>
      <PlaybackBar playback={playback} seconds={(sound?.noisy.length ?? 0) / SAMPLE_RATE} isReady={isReady} />
      <Figures times={times} quality={quality} counts={counts} />
      <p class="figures" data-testid="path">
        257 log powers → 2 × LSTM(96) → a factor for each of 257 frequencies, every 8 ms
        {denoising.path === '' ? '' : ` · ${denoising.path}`}
      </p>
      <p class="note">
        A small model of our own, trained for ten minutes on voices of espeak-ng, flite and a few recordings
        in computed noise. Fourier transforms are float; the network is integers. A frame is heard 32 ms after
        it was spoken, and at least 40 ms later still in a live stream. Firefox looks for results every 100 ms
        only: a call there needs several frames to keep up.
      </p>
      <LoseDevice engine={engine} status={status} what="the stream" />
    </div>
  );
}

function largest(samples: Float32Array): number {
  return samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
}

function describe(activity: Activity, name: string | null, outcome: string): string {
  switch (activity) {
    case 'loading':
      return 'Reading the sound…';
    case 'asking':
      return 'Waiting for the microphone…';
    case 'denoising':
      return `Denoising ${name ?? ''}…`;
    case 'recording':
      return 'Recording; it ends after a minute.';
    case 'idle':
      return name === null ? 'Choose what to take the noise out of.' : `${outcome}: ${name}.`;
  }
}
