import { useState } from 'preact/hooks';

/** Runs something for the page: what it throws becomes a message, which the next success takes back. */
export type Attempt = (work: () => Promise<void>) => Promise<void>;

export function useMessageOf(): [string | null, Attempt] {
  const [message, setMessage] = useState<string | null>(null);
  const attempt: Attempt = async (work) => {
    try {
      await work();
      setMessage(null);
    } catch (error) {
      setMessage(error instanceof Error ? error.message : String(error));
    }
  };
  return [message, attempt];
}
