import type { RemoteEngine } from '../engine/start-engine';
import type { ExecutionStatus } from '../worker/execution';

/** What every tab is given. */
export interface TabProps {
  readonly engine: RemoteEngine;
  readonly status: ExecutionStatus;
}
