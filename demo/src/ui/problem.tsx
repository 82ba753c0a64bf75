import type { Message } from './use-message-of';

/** What went wrong, laid over the foot of the window: nothing on the page makes way for it. */
export function Problem({ message, testId }: { readonly message: Message | null; readonly testId?: string }) {
  if (message === null) return null;
  return (
    <div class="message problem overlaid" role="alert">
      <p data-testid={testId}>{message.text}</p>
      <button type="button" class="quiet" onClick={message.dismiss}>
        Dismiss
      </button>
    </div>
  );
}
