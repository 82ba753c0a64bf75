import { kernelContract } from '../contract/kernel-contract';
import type { KernelContract } from '../contract/kernel-contract';
import { packStruct, struct } from '../contract/struct-layout';
import { CompletionTimes } from '../gpu';
import type { BoundKernel, GpuContext, GpuBuffer } from '../gpu';
import { summarize } from './statistics';

/** What an adapter can do at most, measured, and what its kernels' rates are fractions of. */
export interface Ceilings {
  /** Packed int8 dot products with all operands in registers. */
  readonly dotGmacPerSecond: number;
  /** Reading words that fit into caches, as fast as kernels can load them. */
  readonly loadGbPerSecond: number;
  /** Reading a buffer larger than most caches. */
  readonly streamGbPerSecond: number;
  /** Multiply-accumulates per second if each loaded weight is used once: what bounds a batch of one. */
  readonly loadBoundGmacPerSecond: number;
  /** Submitting a command buffer that copies 16 bytes, and mapping them. */
  readonly emptySubmitMs: number;
  /** A dispatch that depends on the one before it in the same command buffer. */
  readonly dependentDispatchMs: number;
}

const dotParams = struct('CeilingParams', { iterations: 'u32', seed: 'u32' });
const dotContract = kernelContract({
  kernel: 'dot_ceiling',
  bindings: [
    { name: 'params', access: 'uniform', type: 'CeilingParams' },
    { name: 'sums', access: 'read_write', type: 'array<i32>' },
  ],
  overrides: {},
  constants: [],
  params: dotParams,
});
const loadParams = struct('CeilingParams', {
  iterations: 'u32',
  seed: 'u32',
  blocks: 'u32',
  invocations: 'u32',
});
const loadContract = kernelContract({
  kernel: 'load_ceiling',
  bindings: [
    { name: 'params', access: 'uniform', type: 'CeilingParams' },
    { name: 'words', access: 'read', type: 'array<vec4<u32>>' },
    { name: 'sums', access: 'read_write', type: 'array<u32>' },
  ],
  overrides: {},
  constants: [],
  params: loadParams,
});
const stepContract = kernelContract({
  kernel: 'empty_step',
  bindings: [{ name: 'counter', access: 'read_write', type: 'array<u32>' }],
  overrides: {},
  constants: [],
  params: null,
});

/** Shaders of the ceilings by the path that the linker finds them under. */
const inlined = import.meta.glob<string>('./kernels/*.wgsl', {
  query: '?raw',
  import: 'default',
  eager: true,
});
export const ceilingSources: ReadonlyMap<string, string> = new Map(
  Object.entries(inlined).map(([path, text]) => [path.slice('./'.length), text]),
);

const WORKGROUP = 64;
const DOT_WORKGROUPS = 512;
/** Multiply-accumulates of an iteration of `dot_ceiling`: 8 x 4 dot products of 4. */
const DOT_TILE_MACS = 128;
const LOAD_WORKGROUPS = 64;
const LOAD_ELEMENT_BYTES = 16;
const CACHED_BYTES = 2 ** 20;
const STREAMED_BYTES = 2 ** 26;
const DEPENDENT_DISPATCHES = 256;
const MAX_DEPENDENT_DISPATCHES = 2 ** 14;
const EMPTY_SUBMITS = 16;
/** Work of one timed dispatch grows until it takes at least this long. */
const LONG_ENOUGH_MS = 25;
/** And so many times as long as waiting for nothing does: Firefox looks for finished work every 100 ms only. */
const LONG_ENOUGH_WAITS = 8;
/** Each of so many times, the first of which compiles: one slow moment of a machine made a ceiling a tenth of what it is. */
const LONG_ENOUGH_TIMES = 4;
const MAX_ITERATIONS = 2 ** 22;

/** A ceiling under measurement: repeat `measure` as often as there is time, then read `best`. */
interface Probe {
  readonly name: keyof Omit<Ceilings, 'loadBoundGmacPerSecond'>;
  readonly measure: () => Promise<number>;
}

/**
 * Measures ceilings in turns with whatever else a benchmark times, so that a machine's slow moments meet all alike.
 * `create` warms everything up; each `measure` takes one more sample of every ceiling.
 */
export class CeilingProbes {
  readonly #probes: readonly Probe[];
  readonly #buffers: readonly GpuBuffer[];
  readonly #samples: Map<string, number[]>;

  private constructor(probes: readonly Probe[], buffers: readonly GpuBuffer[]) {
    this.#probes = probes;
    this.#buffers = buffers;
    this.#samples = new Map(probes.map(({ name }) => [name, []]));
  }

  /** @param context made with the shaders of `ceilingSources` besides the library's */
  static async create(context: GpuContext): Promise<CeilingProbes> {
    const buffers: GpuBuffer[] = [];
    const buffer = <U extends 'storage' | 'uniform'>(
      use: U,
      sizeBytes: number,
      data?: ArrayBuffer,
    ): GpuBuffer<U> => {
      const made = context.createBuffer({
        label: 'ceiling',
        use,
        sizeBytes,
        ...(data === undefined ? {} : { data }),
      });
      buffers.push(made);
      return made;
    };
    const alternatives = {
      'lib/dot4.wgsl': `lib/dot4_${context.capabilities.packedDot ? 'packed' : 'unpacked'}.wgsl`,
    };
    const pipeline = <C extends KernelContract>(contract: C): ReturnType<typeof context.pipeline<C>> =>
      context.pipeline(contract, { overrides: {}, constants: {}, alternatives } as never);

    const step = await pipeline(stepContract);
    const counter = buffer('storage', 8 * WORKGROUP * 4);
    const steps = step.bind({ counter });
    const nothing = work(steps, 8, counter);
    const wait = (): Promise<number> => timeDispatches(context, nothing, 1);
    await wait();
    const waitMs = Math.min(await wait(), await wait(), await wait());
    let dependent = DEPENDENT_DISPATCHES;
    while (
      dependent < MAX_DEPENDENT_DISPATCHES &&
      (await timeDispatches(context, work(steps, 8, counter), dependent)) < 3 * waitMs
    ) {
      dependent *= 4;
    }
    const dependents = work(steps, 8, counter);

    const dot = await pipeline(dotContract);
    const sums = buffer('storage', DOT_WORKGROUPS * WORKGROUP * 4);
    const bindDot = (iterations: number): BoundKernel => {
      const params = buffer(
        'uniform',
        dotParams.sizeBytes,
        packStruct(dotParams, { iterations, seed: 12_345 }),
      );
      return dot.bind({ params, sums });
    };
    const dotRun = await longEnough(
      context,
      (iterations) => work(bindDot(iterations), DOT_WORKGROUPS, sums),
      waitMs,
    );

    const load = await pipeline(loadContract);
    const invocations = LOAD_WORKGROUPS * WORKGROUP;
    const loadRun = async (bytes: number): Promise<LongRun> => {
      const words = buffer('storage', bytes);
      const blocks = bytes / LOAD_ELEMENT_BYTES / invocations;
      const bind = (iterations: number): BoundKernel => {
        const values = { iterations, seed: 1, blocks, invocations };
        const params = buffer('uniform', loadParams.sizeBytes, packStruct(loadParams, values));
        return load.bind({ params, words, sums });
      };
      return longEnough(context, (iterations) => work(bind(iterations), LOAD_WORKGROUPS, sums), waitMs);
    };
    const cached = await loadRun(CACHED_BYTES);
    const streamed = await loadRun(STREAMED_BYTES);

    const rate = (perIteration: number, run: LongRun) => async (): Promise<number> => {
      const took = await timeDispatches(context, run.work, 1);
      return (perIteration * run.iterations) / 1e6 / Math.max(took - waitMs, took / 2);
    };
    const probes: Probe[] = [
      { name: 'dotGmacPerSecond', measure: rate(DOT_WORKGROUPS * WORKGROUP * DOT_TILE_MACS, dotRun) },
      { name: 'loadGbPerSecond', measure: rate(CACHED_BYTES, cached) },
      { name: 'streamGbPerSecond', measure: rate(STREAMED_BYTES, streamed) },
      { name: 'emptySubmitMs', measure: () => timeEmptySubmit(context, counter) },
      {
        name: 'dependentDispatchMs',
        measure: async () =>
          ((await timeDispatches(context, dependents, dependent)) - (await wait())) / (dependent - 1),
      },
    ];
    return new CeilingProbes(probes, buffers);
  }

  /** Takes a sample of each ceiling. */
  async measure(): Promise<void> {
    for (const { name, measure } of this.#probes) this.#samples.get(name)?.push(await measure());
  }

  /** Medians of the samples, like the timings that they are held against. */
  results(): Ceilings {
    const median = (name: Probe['name']): number => summarize(this.#samples.get(name) ?? []).medianMs;
    const loadGbPerSecond = median('loadGbPerSecond');
    return {
      dotGmacPerSecond: median('dotGmacPerSecond'),
      loadGbPerSecond,
      streamGbPerSecond: median('streamGbPerSecond'),
      loadBoundGmacPerSecond: loadGbPerSecond,
      emptySubmitMs: median('emptySubmitMs'),
      dependentDispatchMs: median('dependentDispatchMs'),
    };
  }

  dispose(): void {
    for (const buffer of this.#buffers) buffer.destroy();
  }
}

/** A dispatch to be timed. */
interface Work {
  readonly bound: BoundKernel;
  readonly workgroups: number;
  /** A buffer that it writes: it is over when that can be read, as a session's calls are. */
  readonly result: GpuBuffer<'storage'>;
  readonly completionTimes: CompletionTimes;
}

function work(bound: BoundKernel, workgroups: number, result: GpuBuffer<'storage'>): Work {
  return { bound, workgroups, result, completionTimes: new CompletionTimes() };
}

interface LongRun {
  readonly work: Work;
  readonly iterations: number;
}

/**
 * Finds a number of iterations that takes long enough to time.
 *
 * @param waitMs what the wait for a dispatch of next to no work takes
 */
async function longEnough(
  context: GpuContext,
  workOf: (iterations: number) => Work,
  waitMs: number,
): Promise<LongRun> {
  const enough = Math.max(LONG_ENOUGH_MS, LONG_ENOUGH_WAITS * waitMs);
  for (let iterations = 1; ; iterations *= 4) {
    const timed = workOf(iterations);
    let took = Infinity;
    for (let time = 0; time < LONG_ENOUGH_TIMES; time++) {
      took = Math.min(took, await timeDispatches(context, timed, 1));
      if (took < enough && time > 0) break;
    }
    if (took >= enough || iterations >= MAX_ITERATIONS) return { work: timed, iterations };
  }
}

async function timeDispatches(
  context: GpuContext,
  { bound, workgroups, result, completionTimes }: Work,
  times: number,
): Promise<number> {
  await context.idle();
  const start = performance.now();
  const recorder = context.record('ceiling');
  for (let count = 0; count < times; count++) recorder.dispatch(bound, workgroups);
  await recorder.submitAndRead([{ buffer: result, offsetBytes: 0, sizeBytes: 16 }], completionTimes);
  return performance.now() - start;
}

/** Several in a row, as short calls are timed too: the first after a pause takes longer than those that follow. */
async function timeEmptySubmit(context: GpuContext, buffer: GpuBuffer<'storage'>): Promise<number> {
  const start = performance.now();
  for (let count = 0; count < EMPTY_SUBMITS; count++) {
    await context.record('empty').submitAndRead([{ buffer, offsetBytes: 0, sizeBytes: 16 }]);
  }
  return (performance.now() - start) / EMPTY_SUBMITS;
}
