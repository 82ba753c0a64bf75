import type { CommandRecorder, GpuBuffer, GpuContext } from '../../gpu';

/** A session's state on the device. */
interface StateOnDevice {
  readonly buffers: ReadonlyMap<string, GpuBuffer<'storage'>>;
  readonly current: Map<string, 0 | 1>;
}

/** A copy of a session's state on the device, to go back to when a call is given up half way. */
export class StateBackup {
  readonly #context: GpuContext;
  readonly #state: StateOnDevice;
  readonly #current: ReadonlyMap<string, 0 | 1>;
  readonly #copies: readonly {
    readonly original: GpuBuffer<'storage'>;
    readonly copy: GpuBuffer<'storage'>;
  }[];
  #isRecorded = false;

  constructor(context: GpuContext, state: StateOnDevice) {
    this.#context = context;
    this.#state = state;
    this.#current = new Map(state.current);
    this.#copies = [...state.buffers.values()].map((original) => ({
      original,
      copy: context.createBuffer({
        label: `${original.label} before the call`,
        use: 'storage',
        sizeBytes: original.sizeBytes,
      }),
    }));
  }

  /** Copies the state, ahead of the call's first dispatch. */
  record(recorder: CommandRecorder): void {
    for (const { original, copy } of this.#copies) {
      recorder.copy({ buffer: original, offsetBytes: 0, sizeBytes: original.sizeBytes }, copy);
    }
    this.#isRecorded = true;
  }

  /** Copies the state back, after everything submitted so far. */
  restore(): void {
    if (!this.#isRecorded) return;
    const recorder = this.#context.record('restore state');
    for (const { original, copy } of this.#copies) {
      recorder.copy({ buffer: copy, offsetBytes: 0, sizeBytes: copy.sizeBytes }, original);
    }
    recorder.submit();
    for (const [key, index] of this.#current) this.#state.current.set(key, index);
  }

  dispose(): void {
    for (const { copy } of this.#copies) copy.destroy();
  }
}
