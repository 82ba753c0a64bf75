import { Problem } from '../../ui/problem';
import type { Job, JobKind } from './use-job';

export interface JobStatusProps {
  readonly job: Job;
  /** Pieces of work whose progress and problems belong here. */
  readonly kinds: readonly JobKind[];
  readonly cancel: () => void;
}

/** How far a piece of work has come, with its cancel button. Keeps its place while there is nothing to say. */
export function JobStatus({ job, kinds, cancel }: JobStatusProps) {
  const isBusy = job.kind !== null && kinds.includes(job.kind);
  return (
    <div class={isBusy ? 'job' : 'job idle'} aria-hidden={!isBusy}>
      <progress
        aria-label="progress"
        {...(typeof job.progress?.share === 'number' ? { max: 1, value: job.progress.share } : {})}
      />
      <span role="status">{isBusy ? (job.progress?.label ?? 'Starting…') : ''}</span>
      <button type="button" disabled={!isBusy} onClick={cancel}>
        Cancel
      </button>
    </div>
  );
}

/** Why a piece of work failed. */
export function JobProblem({ job, kinds }: Omit<JobStatusProps, 'cancel'>) {
  if (job.problem === null || !kinds.includes(job.problem.kind)) return null;
  return <Problem message={job.problem} testId="problem" />;
}
