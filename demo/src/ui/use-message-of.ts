import { useState } from 'preact/hooks';

/** Something to be said until it is not true any more, or nobody wants to read it. */
export interface Message {
  readonly text: string;
  readonly dismiss: () => void;
}

/** Runs something for the page: what it throws becomes a message, which the next success takes back. */
export type Attempt = (work: () => Promise<void>) => Promise<void>;

export function useMessageOf(): [Message | null, Attempt] {
  const [text, setText] = useState<string | null>(null);
  const dismiss = (): void => {
    setText(null);
  };
  const attempt: Attempt = async (work) => {
    try {
      await work();
      setText(null);
    } catch (error) {
      setText(error instanceof Error ? error.message : String(error));
    }
  };
  return [text === null ? null : { text, dismiss }, attempt];
}
