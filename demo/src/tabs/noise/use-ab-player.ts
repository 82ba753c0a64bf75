import { useEffect, useRef, useState } from 'preact/hooks';
import { AbPlayer } from './ab-player';
import type { Side } from './ab-player';

export interface Playback {
  readonly side: Side;
  /** Of the sounds' length, 0 to 1. */
  readonly position: number;
  readonly isPlaying: boolean;
  readonly hear: (side: Side) => void;
  readonly toggle: () => void;
  readonly seek: (position: number) => void;
}

/** Playback of two sounds in step; it ends, and goes back to their begin, when they change. */
export function useAbPlayer(
  before: Float32Array<ArrayBuffer> | null,
  after: Float32Array<ArrayBuffer> | null,
): Playback {
  const player = useRef<AbPlayer | null>(null);
  const [side, setSide] = useState<Side>('after');
  const [position, setPosition] = useState(0);
  const [isPlaying, setPlaying] = useState(false);

  const stop = (): void => {
    void player.current?.stop();
    player.current = null;
    setPlaying(false);
  };
  const start = (from: number): void => {
    if (before === null || after === null) return;
    stop();
    player.current = new AbPlayer({ before, after }, side, from, () => {
      stop();
      setPosition(0);
    });
    setPlaying(true);
  };

  useEffect(() => {
    setPosition(0);
    return stop;
  }, [before, after]);
  useEffect(() => {
    if (!isPlaying) return;
    let frame = 0;
    const follow = (): void => {
      if (player.current !== null) setPosition(player.current.position);
      frame = requestAnimationFrame(follow);
    };
    frame = requestAnimationFrame(follow);
    return () => {
      cancelAnimationFrame(frame);
    };
  }, [isPlaying]);

  return {
    side,
    position,
    isPlaying,
    hear: (next) => {
      setSide(next);
      player.current?.hear(next);
    },
    toggle: () => {
      if (isPlaying) stop();
      else start(position);
    },
    seek: (next) => {
      setPosition(next);
      if (isPlaying) start(next);
    },
  };
}
