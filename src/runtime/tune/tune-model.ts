import { at, GpuError, InputError } from '../../errors';
import { GpuContext } from '../../gpu';
import type { Graph } from '../../model';
import { elementCount, evaluateShapes } from '../../model/shapes';
import type { ExecutableModel } from '../executor';
import { GpuExecutor } from '../gpu/gpu-executor';
import { GpuModel } from '../gpu/gpu-model';
import { sequenceLayout } from '../layer-sizes';
import { adapterKey, layerKey, TUNABLE } from '../plan/lstm-tuning';
import type { KernelTuning, LayerTunings, LstmTuning } from '../plan/lstm-tuning';
import { loadGraph } from '../load-graph';
import { programInputs } from '../program-ends';
import { Session } from '../session';
import type { InputValues } from '../session';

/** Where to tune, for which calls, and for how long. */
export interface TuneOptions {
  /** WebGPU's entry point; in Node, what `createNodeGpu` returns. */
  readonly gpu: GPU;
  /** Which adapter to ask for; default the one that the browser or driver prefers. */
  readonly adapterOptions?: GPURequestAdapterOptions;
  /** Sizes of the calls to tune for; by default the file's. */
  readonly batch?: number;
  /** Timesteps of the calls to tune for; by default the file's. */
  readonly timesteps?: number;
  /** Timings of each candidate, in turns with the best one so far; default 7. */
  readonly repeats?: number;
  /** No candidate is begun after this; default 60,000. */
  readonly budgetMs?: number;
  /** A candidate whose first call takes longer is passed over, however fast it is then; default 5,000. */
  readonly compileMs?: number;
  /** Told about each candidate that was timed. */
  readonly onCandidate?: (candidate: TunedCandidate) => void;
}

/** How one candidate did. */
export interface TunedCandidate {
  /** The layer that differs from the best so far, as the tuning names it. */
  readonly layer: string;
  /** What the candidate does there. */
  readonly choices: LstmTuning;
  /** Least milliseconds of a call; null if its compilation took too long. */
  readonly callMs: number | null;
  /** Least milliseconds of a call with the best choices so far. */
  readonly bestCallMs: number;
  /** Whether it is clearly faster, and so the best from here on. */
  readonly isTaken: boolean;
}

/** A candidate has to be this much faster: less is noise. */
const CLEARLY_FASTER = 0.95;
/** Calls shorter than this are timed several at a time. */
const SHORT_CALL_MS = 4;
const MOST_CALLS = 32;

/**
 * Tries kernels on the device, layer by layer and choice by choice, and keeps what makes whole calls of these sizes clearly
 * faster. Every candidate's results are held to those of the default kernels. Pass the outcome as `kernels.tuning`; it holds
 * nothing for layers whose defaults are best.
 *
 * @throws UnsupportedModelError, AdapterError, LimitError or DeviceLostError as loading and running do; InputError for sizes
 * that the model does not take, or a model that looks rows of a table up; GpuError if kernels disagree.
 */
export async function tuneModel(graph: Graph, options: TuneOptions): Promise<KernelTuning> {
  const { gpu, adapterOptions } = options;
  const model = await loadGraph(graph);
  const context = await GpuContext.create({
    gpu,
    ...(adapterOptions === undefined ? {} : { adapterOptions }),
  });
  try {
    const layers = await new Tuner(model, context, options).run();
    const adapter = adapterKey(context.capabilities.adapter);
    return { format: 'octogate-tuning', version: 1, adapters: { [adapter]: layers } };
  } finally {
    context.destroy();
  }
}

class Tuner {
  readonly #model: ExecutableModel;
  readonly #context: GpuContext;
  readonly #options: TuneOptions;
  readonly #sizes: { readonly batch: number; readonly timesteps: number };
  readonly #inputs: Readonly<Record<string, InputValues>>;
  #expected: Readonly<Record<string, InputValues>> | null = null;

  constructor(model: ExecutableModel, context: GpuContext, options: TuneOptions) {
    const { shapes } = model;
    this.#model = model;
    this.#context = context;
    this.#options = options;
    this.#sizes = {
      batch: options.batch ?? shapes.batch.inFile,
      timesteps: options.timesteps ?? shapes.timesteps.inFile,
    };
    this.#inputs = someInputs(model, this.#sizes);
  }

  async run(): Promise<LayerTunings> {
    const { compileMs = 5000, budgetMs = 60_000, onCandidate } = this.#options;
    const end = performance.now() + budgetMs;
    const best: Record<string, LstmTuning> = {};
    let incumbent = await this.#subject(best);
    try {
      for (const layer of layerKeys(this.#model, this.#sizes)) {
        for (const change of changes()) {
          if (performance.now() > end) return best;
          const choices = { ...best[layer], ...change };
          const challenger = await this.#subject({ ...best, [layer]: choices });
          let isTaken = false;
          try {
            const isSlowToCompile = challenger.firstCallMs > compileMs;
            const [bestCallMs, callMs] = isSlowToCompile
              ? [incumbent.leastCallMs, null]
              : await race(incumbent, challenger, this.#options.repeats ?? 7);
            isTaken = callMs !== null && callMs < CLEARLY_FASTER * bestCallMs;
            onCandidate?.({ layer, choices, callMs, bestCallMs, isTaken });
          } finally {
            (isTaken ? incumbent : challenger).dispose();
            if (isTaken) {
              incumbent = challenger;
              best[layer] = choices;
            }
          }
        }
      }
      return best;
    } finally {
      incumbent.dispose();
    }
  }

  /** A session with these choices, compiled, its first results compared with those of the first subject. */
  async #subject(tunings: LayerTunings): Promise<Subject> {
    const { capabilities } = this.#context;
    const tuning: KernelTuning = {
      format: 'octogate-tuning',
      version: 1,
      adapters: { [adapterKey(capabilities.adapter)]: { ...tunings } },
    };
    const model = new GpuModel(this.#model, { tuning }, () => Promise.resolve(this.#context));
    const { buffers } = await model.epoch();
    const { batch } = this.#sizes;
    const session = new Session(this.#model, new GpuExecutor(model, batch), batch, () => {
      for (const buffer of buffers.values()) buffer.destroy();
    });
    const start = performance.now();
    const found = await session.runNamed(this.#inputs);
    const firstCallMs = performance.now() - start;
    this.#expected ??= found;
    for (const [name, values] of Object.entries(this.#expected)) {
      if (!equal(values, found[name])) {
        session.dispose();
        throw new GpuError(
          `output "${name}" differs between kernels; this is a failure of the driver or of Octogate`,
        );
      }
    }
    return new Subject(session, this.#inputs, firstCallMs);
  }
}

/** A session under measurement. */
class Subject {
  leastCallMs = Number.POSITIVE_INFINITY;
  readonly #session: Session;
  readonly #inputs: Readonly<Record<string, InputValues>>;
  #calls = 1;

  constructor(
    session: Session,
    inputs: Readonly<Record<string, InputValues>>,
    readonly firstCallMs: number,
  ) {
    this.#session = session;
    this.#inputs = inputs;
  }

  /** Takes one more timing. */
  async measure(): Promise<number> {
    const start = performance.now();
    for (let call = 0; call < this.#calls; call++) await this.#session.runNamed(this.#inputs);
    const callMs = (performance.now() - start) / this.#calls;
    this.#calls = Math.min(MOST_CALLS, Math.max(this.#calls, Math.ceil(SHORT_CALL_MS / callMs)));
    this.leastCallMs = Math.min(this.leastCallMs, callMs);
    return callMs;
  }

  dispose(): void {
    this.#session.dispose();
  }
}

/** Times both in turns: least milliseconds of a call of each. */
async function race(first: Subject, second: Subject, repeats: number): Promise<readonly [number, number]> {
  let [firstMs, secondMs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  // The first time warms up.
  for (let turn = 0; turn <= repeats; turn++) {
    const times = [await first.measure(), await second.measure()] as const;
    if (turn === 0) continue;
    firstMs = Math.min(firstMs, times[0]);
    secondMs = Math.min(secondMs, times[1]);
  }
  return [firstMs, secondMs];
}

/** Each choice alone, by value; one that is the default already just makes no difference. */
function changes(): LstmTuning[] {
  return [
    ...TUNABLE.path.map((path) => ({ path })),
    ...TUNABLE.activations.map((activations) => ({ activations })),
    ...TUNABLE.productRows.map((productRows) => ({ productRows })),
    ...TUNABLE.workgroup.map((workgroup) => ({ workgroup })),
  ];
}

/** The model's kinds of LSTM layers, in its order. */
function layerKeys(
  { program, shapes }: ExecutableModel,
  sizes: { readonly batch: number; readonly timesteps: number },
): string[] {
  const tensors = evaluateShapes(shapes, sizes);
  const keys = program.ops.flatMap((lowered) => {
    if (lowered.kind !== 'lstm') return [];
    const { op, directions } = lowered;
    return [layerKey(at(directions, 0), directions.length, sequenceLayout(op, at(tensors, op.input)))];
  });
  return [...new Set(keys)];
}

/** Values of every kind; what they are does not change how long kernels take. */
function someInputs(
  model: ExecutableModel,
  sizes: { readonly batch: number; readonly timesteps: number },
): Record<string, InputValues> {
  const tensors = evaluateShapes(model.shapes, sizes);
  const inputs = programInputs(model.program).map(({ name, inner, innerId }) => {
    if (inner.dtype !== 'int8') {
      throw new InputError(`input "${name}" is ${inner.dtype}; the tuner makes up values of int8 alone`);
    }
    const values = new Int8Array(elementCount(at(tensors, innerId)));
    return [name, values.map((_, index) => Math.imul(index + 1, 0x9e3779b1) >> 24)] as const;
  });
  return Object.fromEntries(inputs);
}

function equal(expected: InputValues, found: InputValues | undefined): boolean {
  return found?.length === expected.length && expected.every((value, index) => value === found[index]);
}
