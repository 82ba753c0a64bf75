import { GpuError } from '../errors';
import type { GpuCapabilities, SubmissionCounts } from '../gpu';
import { GpuContext } from '../gpu';
import { shaderSources } from '../gpu/shader-sources';
import { lowerProgram } from '../lower/program';
import { analyzeShapes } from '../model/shapes';
import { GpuExecutor } from '../runtime/gpu/gpu-executor';
import { GpuModel } from '../runtime/gpu/gpu-model';
import type { KernelOptions } from '../runtime/gpu/gpu-model';
import { ReferenceExecutor } from '../runtime/reference-executor';
import { Session } from '../runtime/session';
import { CeilingProbes, ceilingSources } from './ceilings';
import type { Ceilings } from './ceilings';
import { randomInput, randomModel } from './random-model';
import { macsOf, weightBytesOf } from './shapes';
import type { BenchShape } from './shapes';
import { summarize } from './statistics';
import type { Timing } from './statistics';

export interface BenchOptions {
  readonly gpu: GPU;
  readonly adapterOptions?: GPURequestAdapterOptions;
  readonly shapes: readonly BenchShape[];
  /** Timings per shape; the shapes take turns. */
  readonly repeats: number;
  readonly seed: number;
  readonly kernels?: KernelOptions;
  readonly onProgress?: (what: string) => void;
}

/** What one shape took. */
export interface ShapeResult {
  readonly shape: BenchShape;
  /** Wall time of one call with upload and readback. */
  readonly call: Timing;
  /** First call of a new session, compilation included. */
  readonly firstCallMs: number;
  /** Multiply-accumulates per second at the median. */
  readonly gmacPerSecond: number;
  /** Weights, read once per timestep, and the caller's arrays, at the median. */
  readonly movedBytes: number;
  readonly perCall: SubmissionCounts;
  readonly fractions: {
    /** Of the packed-dot rate from registers. */
    readonly ofDot: number;
    /** Of the rate that loading every weight once per batch row allows. */
    readonly ofLoadBound: number;
    /** Wall time over an empty submission's. */
    readonly emptySubmits: number;
    readonly microsecondsPerTimestep: number;
  };
  /** Leading timesteps that were compared with the reference; all later results were compared with the first one. */
  readonly checkedTimesteps: number;
}

export interface BenchReport {
  readonly date: string;
  readonly adapter: GpuCapabilities['adapter'];
  readonly seed: number;
  readonly ceilings: Ceilings;
  readonly results: readonly ShapeResult[];
}

/** Multiply-accumulates that the reference is given for a check: about a second of its time. */
const CHECK_MACS = 5e8;
const WARM_UP_CALLS = 2;
/** Calls shorter than this are timed several at a time, so that the clock's resolution does not count. */
const SHORT_CALL_MS = 3;
const MAX_CALLS_PER_TURN = 16;

/**
 * Times calls of each shape, in turns with each other and with the adapter's ceilings, and checks every result.
 *
 * @throws GpuError if a result is not the reference's; AdapterError, LimitError, DeviceLostError.
 */
export async function runBenchmark(options: BenchOptions): Promise<BenchReport> {
  const { gpu, adapterOptions, onProgress } = options;
  const sources = new Map([...shaderSources, ...ceilingSources]);
  const context = await GpuContext.create(
    { gpu, ...(adapterOptions === undefined ? {} : { adapterOptions }) },
    sources,
  );
  try {
    const date = new Date().toISOString();
    onProgress?.('ceilings');
    const probes = await CeilingProbes.create(context);
    const subjects: Subject[] = [];
    for (const shape of options.shapes) {
      onProgress?.(`${shape.name}: check against the reference`);
      subjects.push(await Subject.create(context, shape, options));
    }
    for (let turn = 0; turn < options.repeats; turn++) {
      onProgress?.(`turn ${turn + 1} of ${options.repeats}`);
      await probes.measure();
      for (const subject of subjects) await subject.measure();
    }
    const ceilings = probes.results();
    const results = subjects.map((subject) => subject.result(ceilings));
    for (const subject of subjects) subject.dispose();
    probes.dispose();
    return { date, adapter: context.capabilities.adapter, seed: options.seed, ceilings, results };
  } finally {
    context.destroy();
  }
}

/** A shape's session under measurement. */
class Subject {
  readonly #timings: number[] = [];
  #perCall: SubmissionCounts = { submissions: 0, dispatches: 0, readbacks: 0 };
  #calls = 1;

  private constructor(
    readonly context: GpuContext,
    readonly shape: BenchShape,
    readonly session: Session,
    readonly input: Int8Array,
    readonly expected: Int8Array,
    readonly firstCallMs: number,
    readonly checkedTimesteps: number,
  ) {}

  static async create(
    context: GpuContext,
    shape: BenchShape,
    { seed, kernels = {} }: BenchOptions,
  ): Promise<Subject> {
    const graph = randomModel(shape, seed);
    const executable = { program: lowerProgram(graph), shapes: analyzeShapes(graph) };
    const model = new GpuModel(executable, kernels, () => Promise.resolve(context));
    const epoch = await model.epoch();
    const session = new Session(executable, new GpuExecutor(model, shape.batch), shape.batch, () => {
      for (const buffer of epoch.buffers.values()) buffer.destroy();
    });
    const input = randomInput(shape, seed + 1);
    const start = performance.now();
    const expected = await session.run(input);
    const firstCallMs = performance.now() - start;
    const checkedTimesteps = await checkPrefix(shape, executable, input, expected);
    const subject = new Subject(context, shape, session, input, expected, firstCallMs, checkedTimesteps);
    await subject.#warmUp();
    return subject;
  }

  async measure(): Promise<void> {
    this.session.reset();
    const outputs: Int8Array[] = [];
    const before = this.context.counts;
    const start = performance.now();
    for (let call = 0; call < this.#calls; call++) outputs.push(await this.session.run(this.input));
    const took = (performance.now() - start) / this.#calls;
    const after = this.context.counts;
    this.#timings.push(took);
    this.#perCall = {
      submissions: (after.submissions - before.submissions) / this.#calls,
      dispatches: (after.dispatches - before.dispatches) / this.#calls,
      readbacks: (after.readbacks - before.readbacks) / this.#calls,
    };
    const [first] = outputs;
    if (first === undefined || !equal(first, this.expected)) {
      throw new GpuError(`${this.shape.name}: a repeated call from the same state gave other values`);
    }
  }

  result({ dotGmacPerSecond, loadBoundGmacPerSecond, emptySubmitMs }: Ceilings): ShapeResult {
    const { shape } = this;
    const call = summarize(this.#timings);
    const gmacPerSecond = macsOf(shape) / 1e6 / call.medianMs;
    return {
      shape,
      call,
      firstCallMs: this.firstCallMs,
      gmacPerSecond,
      movedBytes: weightBytesOf(shape) * shape.timesteps + this.input.length + this.expected.length,
      perCall: this.#perCall,
      fractions: {
        ofDot: gmacPerSecond / dotGmacPerSecond,
        ofLoadBound: gmacPerSecond / loadBoundGmacPerSecond,
        emptySubmits: call.medianMs / emptySubmitMs,
        microsecondsPerTimestep: (1000 * call.medianMs) / shape.timesteps,
      },
      checkedTimesteps: this.checkedTimesteps,
    };
  }

  dispose(): void {
    this.session.dispose();
  }

  async #warmUp(): Promise<void> {
    const start = performance.now();
    for (let call = 0; call < WARM_UP_CALLS; call++) await this.session.run(this.input);
    const callMs = (performance.now() - start) / WARM_UP_CALLS;
    this.#calls = Math.min(MAX_CALLS_PER_TURN, Math.max(1, Math.ceil(SHORT_CALL_MS / callMs)));
  }
}

/**
 * Runs as many leading timesteps as are affordable through the reference and compares: an LSTM's earlier outputs do not
 * depend on later inputs.
 */
async function checkPrefix(
  shape: BenchShape,
  executable: ConstructorParameters<typeof ReferenceExecutor>[0],
  input: Int8Array,
  found: Int8Array,
): Promise<number> {
  const { batch, timesteps, inputElements, name } = shape;
  const affordable = Math.floor(CHECK_MACS / macsOf({ ...shape, timesteps: 1 }));
  const checked = Math.min(timesteps, Math.max(1, affordable));
  const outputElements = found.length / batch / timesteps;
  const reference = new Session(executable, new ReferenceExecutor(executable, batch), batch, () => undefined);
  const expected = await reference.run(takeTimesteps(input, batch, timesteps, inputElements, checked));
  if (!equal(expected, takeTimesteps(found, batch, timesteps, outputElements, checked))) {
    throw new GpuError(`${name}: the GPU's first ${checked} timesteps are not the reference's`);
  }
  return checked;
}

/** The leading timesteps of every batch row of `[batch, timesteps, elements]`. */
function takeTimesteps(
  values: Int8Array,
  batch: number,
  timesteps: number,
  elements: number,
  taken: number,
): Int8Array {
  const result = new Int8Array(batch * taken * elements);
  for (let row = 0; row < batch; row++) {
    const from = row * timesteps * elements;
    result.set(values.subarray(from, from + taken * elements), row * taken * elements);
  }
  return result;
}

function equal(left: Int8Array, right: Int8Array): boolean {
  return left.length === right.length && left.every((value, index) => value === right[index]);
}
