import { AdapterError, at, GpuError } from '../errors';
import { WANTED_FEATURES } from '../gpu/capabilities';
import type { GpuDiagnostics, KernelOptions, Session, Values } from '../index';
import { Model } from '../index';
import type { Ceilings } from './ceilings';
import { GpuProbe } from './gpu-probe';
import type { GpuWork } from './gpu-probe';
import type { BenchNetwork } from './network';
import type { ExpectedOutput } from './peer-contender';
import type { NetworkResult } from './report';
import { callsPerTurn, summarize } from './statistics';

/** Multiply-accumulates that the reference is given for a check: about a second of its time. */
const CHECK_MACS = 5e8;
const WARM_UP_CALLS = 2;
/** Turns in which GPU time is looked at; it takes calls of its own. */
const WATCHED_TURNS = 5;

type NamedValues = Record<string, Values>;

/** The library's session under measurement on one network. */
export class OwnContender {
  readonly #network: BenchNetwork;
  readonly #device: GPUDevice;
  readonly #model: Model;
  readonly #session: Session;
  readonly #expected: NamedValues;
  readonly #coldStartMs: number;
  readonly #checkedTimesteps: number;
  readonly #diagnostics: GpuDiagnostics;
  readonly #probe: GpuProbe;
  readonly #timings: number[] = [];
  readonly #gpuTimings: number[] = [];
  #perCall: Pick<GpuWork, 'submissions' | 'dispatches'> = { submissions: 0, dispatches: 0 };
  #calls = 1;

  private constructor(
    network: BenchNetwork,
    device: GPUDevice,
    model: Model,
    session: Session,
    first: {
      readonly expected: NamedValues;
      readonly coldStartMs: number;
      readonly checkedTimesteps: number;
    },
    diagnostics: GpuDiagnostics,
  ) {
    this.#network = network;
    this.#device = device;
    this.#model = model;
    this.#session = session;
    this.#expected = first.expected;
    this.#coldStartMs = first.coldStartMs;
    this.#checkedTimesteps = first.checkedTimesteps;
    this.#diagnostics = diagnostics;
    this.#probe = new GpuProbe(device);
  }

  /**
   * Loads the network on a device of its own, so that its first call finds nothing compiled, and checks that call.
   *
   * @throws GpuError if it is not what the reference computes.
   */
  static async start(gpu: GPU, network: BenchNetwork, kernels: KernelOptions): Promise<OwnContender> {
    const device = await openDevice(gpu);
    const { graph, batch, timesteps, inputs } = network;
    const start = performance.now();
    const model = await Model.fromGraph(graph, { gpu, device, kernels });
    const session = model.createSession({ batch });
    const expected = await session.runNamed(inputs);
    const coldStartMs = performance.now() - start;
    const checkedTimesteps = await checkAgainstReference(network, expected);
    const { gpu: diagnostics } = await model.diagnostics({ batch, timesteps });
    if (diagnostics === null) throw new TypeError('a model on a device has diagnostics');
    const first = { expected, coldStartMs, checkedTimesteps };
    const contender = new OwnContender(network, device, model, session, first, diagnostics);
    await contender.#warmUp();
    return contender;
  }

  /** What peers should come near to; null for networks with several outputs. */
  get expected(): ExpectedOutput | null {
    const { graph } = this.#network;
    const [id, ...others] = graph.outputs;
    const tensor = id === undefined || others.length > 0 ? null : at(graph.tensors, id);
    if (tensor === null) return null;
    const values = this.#expected[tensor.name];
    const { quantization } = tensor;
    return values instanceof Int8Array && quantization !== null ? { values, quantization } : null;
  }

  /**
   * @throws GpuError if a call gives other values than the first one did.
   */
  async measure(turn: number): Promise<void> {
    this.#session.reset();
    const outputs: NamedValues[] = [];
    const start = performance.now();
    for (let call = 0; call < this.#calls; call++) outputs.push(await this.#run());
    this.#timings.push((performance.now() - start) / this.#calls);
    const [first] = outputs;
    if (first === undefined || !equal(first, this.#expected)) {
      throw new GpuError(`${this.#network.name}: a repeated call from the same state gave other values`);
    }
    if (turn < WATCHED_TURNS) await this.#watch();
  }

  result({
    dotGmacPerSecond,
    loadBoundGmacPerSecond,
    streamGbPerSecond,
    emptySubmitMs,
  }: Ceilings): NetworkResult {
    const { name, what, shape, timesteps, batch, work } = this.#network;
    const { lstm, dot, rows } = this.#diagnostics;
    const call = summarize(this.#timings);
    const gmacPerSecond = work.macs / 1e6 / call.medianMs;
    const gbPerSecond = work.movedBytes / 1e6 / call.medianMs;
    return {
      name,
      what,
      shape,
      timesteps,
      batch,
      ...work,
      paths: [...new Set(lstm.map(({ path }) => path))],
      dot,
      rows,
      call,
      gpu: this.#gpuTimings.length === 0 ? null : summarize(this.#gpuTimings),
      coldStartMs: this.#coldStartMs,
      gmacPerSecond,
      gbPerSecond,
      perCall: this.#perCall,
      fractions: {
        ofDot: gmacPerSecond / dotGmacPerSecond,
        ofLoadBound: gmacPerSecond / loadBoundGmacPerSecond,
        ofStream: gbPerSecond / streamGbPerSecond,
        emptySubmits: call.medianMs / emptySubmitMs,
        microsecondsPerTimestep: (1000 * call.medianMs) / timesteps,
      },
      checkedTimesteps: this.#checkedTimesteps,
      peers: [],
    };
  }

  /** Step of the device's timestamps; null if it has none. */
  get timestampQuantumMs(): number | null {
    return this.#probe.quantumMs;
  }

  dispose(): void {
    this.#probe.dispose();
    this.#model.dispose();
    this.#device.destroy();
  }

  async #watch(): Promise<void> {
    const calls = this.#calls;
    const work = await this.#probe.watch(async () => {
      for (let call = 0; call < calls; call++) await this.#run();
    });
    this.#perCall = { submissions: work.submissions / calls, dispatches: work.dispatches / calls };
    if (work.gpuMs !== null) this.#gpuTimings.push(work.gpuMs / calls);
  }

  async #warmUp(): Promise<void> {
    const start = performance.now();
    for (let call = 0; call < WARM_UP_CALLS; call++) await this.#run();
    this.#calls = callsPerTurn((performance.now() - start) / WARM_UP_CALLS);
  }

  #run(): Promise<NamedValues> {
    return this.#session.runNamed(this.#network.inputs);
  }
}

async function openDevice(gpu: GPU): Promise<GPUDevice> {
  const adapter = await gpu.requestAdapter();
  if (adapter === null) throw new AdapterError('WebGPU offers no adapter any more');
  const requiredFeatures = WANTED_FEATURES.filter((feature) => adapter.features.has(feature));
  return adapter.requestDevice({ label: 'octogate bench', requiredFeatures });
}

/**
 * Compares a first call with the reference. Of a random network as many leading timesteps as are affordable: an LSTM's
 * earlier outputs do not depend on later inputs. Of a model the whole call.
 *
 * @returns timesteps that were compared
 */
async function checkAgainstReference(network: BenchNetwork, found: NamedValues): Promise<number> {
  const { name, graph, batch, timesteps, inputs, work, shape } = network;
  const affordable = Math.max(1, Math.floor((CHECK_MACS * timesteps) / work.macs));
  const checked = shape === null ? timesteps : Math.min(timesteps, affordable);
  const cut = (values: NamedValues): NamedValues =>
    checked === timesteps
      ? values
      : Object.fromEntries(
          Object.entries(values).map(([key, array]) => [key, leading(array, batch, timesteps, checked)]),
        );
  const model = await Model.fromGraph(graph, { backend: 'reference' });
  const expected = await model.createSession({ batch }).runNamed(cut(inputs));
  model.dispose();
  if (!equal(expected, cut(found))) {
    throw new GpuError(`${name}: the GPU's first ${checked} timesteps are not the reference's`);
  }
  return checked;
}

/** The leading timesteps of every batch row of `[batch, timesteps, elements]`. */
function leading(values: Values, batch: number, timesteps: number, taken: number): Values {
  const row = values.length / batch;
  const part = (row / timesteps) * taken;
  const result = values instanceof Int8Array ? new Int8Array(batch * part) : new Float32Array(batch * part);
  for (let index = 0; index < batch; index++) {
    result.set(values.subarray(index * row, index * row + part), index * part);
  }
  return result;
}

function equal(left: NamedValues, right: NamedValues): boolean {
  return Object.entries(left).every(([name, values]) => {
    const other = right[name];
    if (other?.length !== values.length) return false;
    return values.every((value, index) => value === other[index]);
  });
}
