import { proxy, transfer } from 'comlink';
import type { FrameCounts } from 'octogate/streaming';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { RemoteEngine } from '../../engine/start-engine';
import { DELAY, FRAME_BUDGET_MS } from '../../denoiser/frames';
import { useMessageOf } from '../../ui/use-message-of';
import type { Message } from '../../ui/use-message-of';
import type { ClipUpdate, FrameTimes, LiveUpdate } from '../../worker/denoiser';
import { openMicrophone } from './microphone';
import type { LiveMicrophone } from './microphone';
import { Recording } from './recording';

/** Something to take noise out of. */
export interface Sound {
  readonly name: string;
  readonly noisy: Float32Array<ArrayBuffer>;
  /** The speech in it alone, where it is known. */
  readonly clean: Float32Array<ArrayBuffer> | null;
}

/** A recording ends by itself after a minute. */
const LONGEST_RECORDING_FRAMES = 60_000 / FRAME_BUDGET_MS;

export type Activity = 'idle' | 'loading' | 'asking' | 'denoising' | 'recording';

export interface Denoising {
  readonly activity: Activity;
  readonly sound: Sound | null;
  readonly denoised: Float32Array<ArrayBuffer> | null;
  /** Of the clip's frames, 0 to 1. */
  readonly progress: number;
  readonly times: FrameTimes | null;
  readonly counts: FrameCounts | null;
  readonly path: string;
  readonly wasLost: boolean;
  readonly message: Message | null;
  /** Takes the noise out of what `load` brings. */
  denoise(load: () => Promise<Sound>): Promise<void>;
  record(): Promise<void>;
  /** Cancels a clip, ends a recording. */
  readonly stop: () => void;
  listen(isOn: boolean): void;
}

/** Clips and live streams on their way through the engine, one at a time. */
export function useDenoising(engine: RemoteEngine, framesPerCall: number): Denoising {
  const [activity, setActivity] = useState<Activity>('idle');
  const [sound, setSound] = useState<Sound | null>(null);
  const [denoised, setDenoised] = useState<Float32Array<ArrayBuffer> | null>(null);
  const [progress, setProgress] = useState(0);
  const [times, setTimes] = useState<FrameTimes | null>(null);
  const [counts, setCounts] = useState<FrameCounts | null>(null);
  const [path, setPath] = useState('');
  const [wasLost, setLost] = useState(false);
  const [message, attempt] = useMessageOf();
  const microphone = useRef<LiveMicrophone | null>(null);
  const isListening = useRef(false);
  const working = useRef<AbortController | null>(null);

  const begin = (next: Activity): AbortSignal => {
    working.current = new AbortController();
    setActivity(next);
    setSound(null);
    setDenoised(null);
    setProgress(0);
    setTimes(null);
    setCounts(null);
    setLost(false);
    return working.current.signal;
  };
  const follow = (update: FrameTimes): void => {
    setTimes(update);
    if (update.recovered) setLost(true);
  };
  const stop = (): void => {
    working.current?.abort();
    void engine.stopDenoising();
  };
  useEffect(() => stop, []);

  const denoise = async (load: () => Promise<Sound>): Promise<void> => {
    const signal = begin('loading');
    await attempt(async () => {
      const next = await load();
      setSound(next);
      setActivity('denoising');
      setPath(await engine.denoiserPath());
      if (signal.aborted) return;
      const onUpdate = (update: ClipUpdate): void => {
        setProgress(update.progress);
        follow(update);
      };
      const result = await engine.denoise(next.noisy, framesPerCall, proxy(onUpdate));
      if (result !== null) setDenoised(new Float32Array(result));
    });
    setActivity('idle');
  };

  const record = async (): Promise<void> => {
    const signal = begin('asking');
    await attempt(async () => {
      // The denoiser is there before the first frame is.
      setPath(await engine.denoiserPath());
      if (signal.aborted) return;
      const live = await openUnlessAborted(
        () => openMicrophone({ onCounts: setCounts, onEnd: stop }),
        signal,
      );
      if (live === null) return;
      setActivity('recording');
      microphone.current = live;
      live.listen(isListening.current);
      const recording = new Recording();
      try {
        const onUpdate = (update: LiveUpdate): Promise<void> => {
          recording.add(update.noisy, update.denoised);
          const newest = recording.newest();
          setSound({ name: 'microphone', noisy: newest.noisy, clean: null });
          setDenoised(newest.denoised);
          follow(update);
          if (update.frames >= LONGEST_RECORDING_FRAMES) stop();
          return Promise.resolve();
        };
        await engine.denoiseLive(transfer(live.port, [live.port]), proxy(onUpdate));
      } finally {
        microphone.current = null;
        await live.close();
      }
      const whole = recording.whole(DELAY);
      setSound({ name: 'microphone', noisy: whole.noisy, clean: null });
      setDenoised(whole.denoised);
    });
    setActivity('idle');
  };

  return {
    activity,
    sound,
    denoised,
    progress,
    times,
    counts,
    path,
    wasLost,
    message,
    denoise,
    record,
    stop,
    listen: (isOn) => {
      isListening.current = isOn;
      microphone.current?.listen(isOn);
    },
  };
}

/** Opens the microphone, without waiting for it any longer once the signal aborts: what comes later is closed at once. */
async function openUnlessAborted(
  open: () => Promise<LiveMicrophone>,
  signal: AbortSignal,
): Promise<LiveMicrophone | null> {
  const opening = open();
  const aborted = new Promise<null>((resolve) => {
    signal.addEventListener('abort', () => {
      resolve(null);
    });
  });
  const first = await Promise.race([opening, aborted]);
  if (first === null) void opening.then((live) => live.close());
  return first;
}
