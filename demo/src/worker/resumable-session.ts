import { DeviceLostError } from 'octogate';
import type { Session, SessionState } from 'octogate';

/**
 * A session that survives its device: it copies its state now and then, and repeats on a new device what it has read since,
 * so that the sequence goes on as if nothing had happened.
 */
export class ResumableSession {
  readonly #session: Session;
  readonly #saveEvery: number;
  #saved: SessionState;
  /** What was read since the state was saved. */
  #since: Float32Array<ArrayBuffer>[] = [];
  #wasLost = false;

  private constructor(session: Session, fresh: SessionState, saveEvery: number) {
    this.#session = session;
    this.#saved = fresh;
    this.#saveEvery = saveEvery;
  }

  /** @param saveEvery calls between two copies of the state */
  static async of(session: Session, saveEvery: number): Promise<ResumableSession> {
    return new ResumableSession(session, await session.saveState(), saveEvery);
  }

  /** @param input real values; kept until the state is saved, so hands off */
  async run(input: Float32Array<ArrayBuffer>): Promise<ArrayLike<number>> {
    this.#since.push(input);
    try {
      const output = await this.#session.run(input);
      if (this.#since.length >= this.#saveEvery) await this.#save();
      return output;
    } catch (error) {
      if (!(error instanceof DeviceLostError)) throw error;
      return this.#recover();
    }
  }

  async reset(): Promise<void> {
    this.#session.reset();
    await this.#save();
  }

  /** Whether the device was lost since this was last asked. */
  takeLoss(): boolean {
    const wasLost = this.#wasLost;
    this.#wasLost = false;
    return wasLost;
  }

  async #save(): Promise<void> {
    this.#saved = await this.#session.saveState();
    this.#since = [];
  }

  async #recover(): Promise<ArrayLike<number>> {
    this.#wasLost = true;
    this.#session.loadState(this.#saved);
    let output: ArrayLike<number> = [];
    for (const input of this.#since) output = await this.#session.run(input);
    return output;
  }
}
