import { useState } from 'preact/hooks';
import type { Message } from '../../ui/use-message-of';

export type JobKind = 'open' | 'quantize' | 'run' | 'verify' | 'trace';

export interface JobProgress {
  readonly label: string;
  /** 0 to 1; null while nobody knows. */
  readonly share: number | null;
}

/** The one piece of work that the bench does at a time. */
export interface Job {
  /** What is under way; null for nothing. */
  readonly kind: JobKind | null;
  readonly progress: JobProgress | null;
  /** What the last piece ended with, unless well, and which it was. */
  readonly problem: (Message & { readonly kind: JobKind }) | null;
  readonly start: (kind: JobKind, work: (tell: (progress: JobProgress) => void) => Promise<void>) => void;
}

export function useJob(): Job {
  const [kind, setKind] = useState<JobKind | null>(null);
  const [progress, setProgress] = useState<JobProgress | null>(null);
  const [problem, setProblem] = useState<Job['problem']>(null);
  const run = async (next: JobKind, work: Parameters<Job['start']>[1]): Promise<void> => {
    setKind(next);
    setProgress(null);
    setProblem(null);
    try {
      await work(setProgress);
    } catch (error) {
      setProblem({
        kind: next,
        text: error instanceof Error ? error.message : String(error),
        dismiss: () => {
          setProblem(null);
        },
      });
    }
    setKind(null);
    setProgress(null);
  };
  return {
    ...{ kind, progress, problem },
    start: (next, work) => {
      void run(next, work);
    },
  };
}
