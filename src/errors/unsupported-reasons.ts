import type { UnsupportedReason } from '.';
import { UnsupportedModelError } from '.';

/** Collects why a model cannot be read, written or run, so that all reasons are told at once. */
export class UnsupportedReasons {
  /** By their text: two ops that use the same tensor have the same thing to say of it. */
  readonly #reasons = new Map<string, UnsupportedReason>();

  add(subject: string, reason: string): void {
    this.#reasons.set(`${subject}: ${reason}`, { subject, reason });
  }

  /** The result of `read`, or nothing if it throws an UnsupportedModelError, whose reasons are kept. */
  attempt<T>(read: () => T): T[] {
    try {
      return [read()];
    } catch (error) {
      if (!(error instanceof UnsupportedModelError)) throw error;
      for (const { subject, reason } of error.reasons) this.add(subject, reason);
      return [];
    }
  }

  /** @throws UnsupportedModelError if there is any reason. */
  throwIfAny(): void {
    if (this.#reasons.size > 0) throw new UnsupportedModelError([...this.#reasons.values()]);
  }
}
