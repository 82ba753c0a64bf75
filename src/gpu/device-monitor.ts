import type { OctogateError } from '../errors';
import { DeviceLostError, DisposedError, GpuError, LimitError } from '../errors';

/** What GPU calls returned, and what WebGPU says of them; the latter rejects with what they failed with. */
export interface Judged<T> {
  readonly result: T;
  readonly verdict: Promise<void>;
}

/** Scopes pushed around every operation, and what an error caught by each means. */
const SCOPES: readonly {
  readonly filter: GPUErrorFilter;
  readonly toError: (text: string) => OctogateError;
}[] = [
  {
    filter: 'validation',
    toError: (text) => new GpuError(`${text}; this is a defect of the caller or of Octogate`),
  },
  {
    filter: 'internal',
    toError: (text) => new GpuError(`${text}; this is a failure of the browser or driver`),
  },
  {
    filter: 'out-of-memory',
    toError: (text) =>
      new LimitError(
        `${text}; the device is out of memory: dispose of sessions or models, or use a smaller batch`,
      ),
  },
];

/** A loss rejects pending promises and fails calls, and may reach `device.lost` later: in a worker of Chromium, several tasks later. */
const LOSS_DELAY_MS = 250;

/**
 * Turns what WebGPU reports late and aside (device loss, errors in scopes, uncaptured errors) into typed errors thrown
 * where the caller next waits.
 */
export class DeviceMonitor {
  /** Settles when the device is lost, never before. */
  readonly lost: Promise<DeviceLostError>;
  readonly #device: GPUDevice;
  readonly #outstanding = new Set<Promise<void>>();
  readonly #failures: OctogateError[] = [];
  #lostError: DeviceLostError | null = null;
  #disposed = false;
  #isJudging = false;

  /**
   * @param ownsDevice whether nobody else uses the device, so that its uncaptured errors are ours to report
   */
  constructor(device: GPUDevice, ownsDevice: boolean) {
    this.#device = device;
    this.lost = device.lost.then(({ reason, message }) => {
      const why = message === '' ? reason : `${reason}: ${message}`;
      const remedy = ownsDevice
        ? 'run again to rebuild on a new one'
        : "it is a caller's, so nobody here can replace it: load the model again with another device";
      this.#lostError = new DeviceLostError(`the GPU device was lost (${why}); ${remedy}`);
      return this.#lostError;
    });
    if (ownsDevice) device.addEventListener('uncapturederror', this.#onUncapturedError);
  }

  readonly #onUncapturedError = (event: GPUUncapturedErrorEvent): void => {
    // Otherwise the browser also prints it.
    event.preventDefault();
    this.#failures.push(new GpuError(event.error.message));
  };

  /**
   * Runs synchronous GPU calls inside error scopes. What the scopes catch is thrown by the next `settle`, or is part of the
   * verdict of the `judged` work that this is part of.
   *
   * @param what the operation, for the message: `create buffer lstm_0.weights of 4096 bytes`
   */
  scoped<T>(what: string, work: () => T): T {
    this.assertUsable();
    if (this.#isJudging) return work();
    this.#pushScopes();
    try {
      return work();
    } finally {
      for (const report of this.#popScopes(what, this.#failures)) this.#track(report);
    }
  }

  /**
   * Runs synchronous GPU calls inside one set of error scopes, where each would open its own, with a verdict on these calls
   * alone, whatever else is under way.
   *
   * @param what all of it, for the message: `run timesteps 0 to 99`
   */
  judged<T>(what: string, work: () => T): Judged<T> {
    this.assertUsable();
    const failures: OctogateError[] = [];
    const reports: Promise<void>[] = [];
    this.#pushScopes();
    this.#isJudging = true;
    try {
      const result = work();
      return { result, verdict: this.#verdict(reports, failures) };
    } finally {
      this.#isJudging = false;
      reports.push(...this.#popScopes(what, failures));
    }
  }

  /** @param reports filled by the time that this runs on */
  async #verdict(reports: readonly Promise<void>[], failures: readonly OctogateError[]): Promise<void> {
    await Promise.resolve();
    await Promise.all(reports);
    this.#assertAlive();
    const [first] = failures;
    if (first !== undefined) throw first;
  }

  #pushScopes(): void {
    for (const { filter } of SCOPES) this.#device.pushErrorScope(filter);
  }

  /** Closes the scopes; each report puts what its scope caught into `failures`. */
  #popScopes(what: string, failures: OctogateError[]): Promise<void>[] {
    return SCOPES.toReversed().map(({ toError }) =>
      this.#device.popErrorScope().then(
        async (error) => {
          if (error === null) return;
          // Firefox finds what belongs to a destroyed device invalid before it says that the device is lost.
          await this.#lostOrNot();
          failures.push(toError(`cannot ${what}: ${error.message}`));
        },
        // Scopes of a lost device may be gone; the loss itself is reported.
        () => undefined,
      ),
    );
  }

  #track(popped: Promise<void>): void {
    const settled = popped.finally(() => {
      this.#outstanding.delete(settled);
    });
    this.#outstanding.add(settled);
  }

  /**
   * @throws DisposedError, DeviceLostError, or the first error reported since the last throw.
   */
  assertUsable(): void {
    this.#assertAlive();
    // The first failure is the cause; those behind it follow from it.
    const [first] = this.#failures.splice(0);
    if (first !== undefined) throw first;
  }

  #assertAlive(): void {
    if (this.#disposed) throw new DisposedError('this GPU context was destroyed; create another one');
    if (this.#lostError !== null) throw this.#lostError;
  }

  /**
   * Waits for the reports of all operations so far.
   *
   * @throws like `assertUsable`
   */
  async settle(): Promise<void> {
    await Promise.all(this.#outstanding);
    this.assertUsable();
  }

  /**
   * Waits for a promise of the device, and for the reports of the operations before it.
   *
   * @throws like `assertUsable`; GpuError if the promise rejects for another reason.
   */
  async guard<T>(what: string, promise: Promise<T>): Promise<T> {
    let result: T;
    try {
      result = await promise;
    } catch (cause) {
      await this.settleAfterRejection();
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new GpuError(`cannot ${what}: ${reason}`, { cause });
    }
    await this.settle();
    return result;
  }

  /**
   * Waits until a rejected promise of the device is explained, if a loss or an earlier error explains it.
   *
   * @throws like `assertUsable`
   */
  async settleAfterRejection(): Promise<void> {
    await this.#lostOrNot();
    await this.settle();
  }

  /** Gives a loss the time to be told. */
  async #lostOrNot(): Promise<void> {
    await Promise.race([this.lost, new Promise((resolve) => setTimeout(resolve, LOSS_DELAY_MS))]);
  }

  /** Everything after this throws DisposedError. */
  dispose(): void {
    this.#disposed = true;
    this.#device.removeEventListener('uncapturederror', this.#onUncapturedError);
  }
}
