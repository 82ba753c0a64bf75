import type { RemoteEngine } from '../engine/start-engine';
import type { ExecutionStatus } from '../worker/execution';

export interface LoseDeviceProps {
  readonly engine: RemoteEngine;
  readonly status: ExecutionStatus;
  /** What is seen to go on: `the text`. */
  readonly what: string;
}

/** Takes the device away, where there is one. */
export function LoseDevice({ engine, status, what }: LoseDeviceProps) {
  if (status.backend === 'reference') return null;
  return (
    <p>
      <button type="button" class="quiet" onClick={() => void engine.loseDevice()}>
        Lose the GPU device
      </button>{' '}
      <small>as when a driver crashes, to see that {what} goes on</small>
    </p>
  );
}
