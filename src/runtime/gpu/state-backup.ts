import type { GpuBuffer } from '../../gpu';
import type { Residence, StateRoles } from './residence';

interface BufferCopy {
  readonly original: GpuBuffer<'storage'>;
  readonly copy: GpuBuffer<'storage'>;
}

/** A session's state on the device as it was before a call, to go back to when the call fails. */
export class StateBackup {
  readonly #residence: Residence;
  readonly #roles: StateRoles;
  readonly #copies: readonly BufferCopy[];

  private constructor(residence: Residence, copies: readonly BufferCopy[]) {
    this.#residence = residence;
    this.#roles = residence.roles;
    this.#copies = copies;
  }

  /** For a call of one submission, which runs whole or not at all: nothing on the device needs a copy. */
  static withoutCopies(residence: Residence): StateBackup {
    return new StateBackup(residence, []);
  }

  /**
   * Copies the state, in a submission of its own: were it part of the call's first, it would fail with it.
   *
   * @throws LimitError if there is no memory for it; DeviceLostError.
   */
  static async withCopies(residence: Residence): Promise<StateBackup> {
    const { context } = residence.epoch;
    const copies = residence.stateBuffers.map((original) => ({
      original,
      copy: context.createBuffer({
        label: `${original.label} before the call`,
        use: 'storage',
        sizeBytes: original.sizeBytes,
      }),
    }));
    const backup = new StateBackup(residence, copies);
    try {
      const recorder = context.record('copy the state');
      for (const { original, copy } of copies) recorder.copy(wholeOf(original), copy);
      recorder.submit();
      await context.settle();
    } catch (error) {
      backup.dispose();
      throw error;
    }
    return backup;
  }

  /** Puts the state back, after everything submitted so far. */
  restore(): void {
    this.#residence.roles = this.#roles;
    if (this.#copies.length === 0) return;
    const recorder = this.#residence.epoch.context.record('restore the state');
    for (const { original, copy } of this.#copies) recorder.copy(wholeOf(copy), original);
    recorder.submit();
  }

  dispose(): void {
    for (const { copy } of this.#copies) copy.destroy();
  }
}

function wholeOf(buffer: GpuBuffer<'storage'>): {
  buffer: GpuBuffer<'storage'>;
  offsetBytes: number;
  sizeBytes: number;
} {
  return { buffer, offsetBytes: 0, sizeBytes: buffer.sizeBytes };
}
