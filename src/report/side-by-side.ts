import { at, InputError } from '../errors';
import type { Graph, OpKind } from '../model';
import { evaluateShapes, timeView } from '../model/shapes';
import { analyzeShapes } from '../model/shapes/analyze';
import type { GraphShapes, SessionSizes } from '../model/shapes';
import { FloatRunner } from '../quantize';
import type { CalibrationSample, FloatTensor } from '../quantize';
import { tensorSite } from '../quantize/sites';
import type { LayerTrace } from '../runtime/executor';
import { Model } from '../runtime/model';
import { joinTraces } from '../runtime/trace-recorder';
import { FloatValues } from './float-values';
import { IntegerRunner, outputValues } from './integer-runner';
import type { IntegerCall } from './integer-runner';
import type { LstmComparison, LstmReport } from './lstm-comparison';
import { matchLstms } from './match-lstms';
import { matchTensors } from './match-tensors';
import type { TensorMatch } from './match-tensors';
import { OutputComparison } from './output-comparison';
import type { OutputReport } from './output-comparison';
import { probeGraph } from './probe-graph';
import { SignalComparison } from './signal';
import type { SignalReport } from './signal';
import { meaningOf } from './integer-meaning';

/** An activation that both models have. */
export interface TensorReport {
  /** Name of the tensor, which both graphs have. */
  readonly tensor: string;
  /** Op that makes it; null for an input of the model. */
  readonly op: {
    /** As in the model. */
    readonly name: string;
    /** What it computes. */
    readonly kind: OpKind;
  } | null;
  /** How well the integers follow. */
  readonly signal: SignalReport;
}

/** What the integers of a model cost, over all sequences that were run. */
export interface SideBySideReport {
  /** Number of sequences. */
  readonly sequences: number;
  /** Of all sequences together. */
  readonly timesteps: number;
  /** In the order of the graph. */
  readonly outputs: readonly OutputReport[];
  /** In the order of computation; empty unless stages were compared. */
  readonly tensors: readonly TensorReport[];
  /** In the order of computation; empty unless stages were compared. */
  readonly lstms: readonly LstmReport[];
}

/** How much is compared. */
export interface SideBySideOptions {
  /**
   * Compare activations and LSTM stages inside, too. Only of layers and tensors that have the same names in both graphs, as
   * in what `quantize` makes.
   */
  readonly stages: boolean;
  /** What `quantize` was given, where it has reshaped that into the float graph: outputs are compared with its. */
  readonly original?: Graph;
}

/**
 * Runs a float model and its integer form on the same sequences: the float runner, and the integer reference, both on the
 * CPU.
 */
export class SideBySide {
  readonly #runner: FloatRunner;
  /** Of the outputs; null where the float graph's own count. */
  readonly #original: FloatRunner | null;
  readonly #model: Model;
  readonly #shapes: GraphShapes;
  readonly #outputs: readonly OutputComparison[];
  readonly #tensors: readonly (TensorMatch & { readonly signal: SignalComparison })[];
  readonly #lstms: readonly LstmComparison[];
  readonly #values: FloatValues;
  readonly #integers: IntegerRunner;
  #sequences = 0;
  #timesteps = 0;

  private constructor(floatGraph: Graph, model: Model, { stages, original = floatGraph }: SideBySideOptions) {
    this.#runner = new FloatRunner(floatGraph);
    this.#original = original === floatGraph ? null : new FloatRunner(original);
    this.#model = model;
    this.#integers = new IntegerRunner(model);
    this.#shapes = analyzeShapes(model.graph);
    this.#outputs = floatGraph.outputs.map((id, index) => {
      const end = at(model.outputs, index);
      return new OutputComparison(at(floatGraph.tensors, id).name, meaningOf(end.quantization));
    });
    this.#tensors = stages
      ? matchTensors(floatGraph, model.graph).map((match) => ({
          ...match,
          signal: new SignalComparison(match.meaning),
        }))
      : [];
    this.#lstms = stages ? matchLstms(floatGraph, model.graph) : [];
    this.#values = new FloatValues([
      ...floatGraph.outputs.map((id) => tensorSite(floatGraph, id)),
      ...this.#tensors.map(({ site }) => site),
      ...this.#lstms.flatMap((lstm) => lstm.sites()),
    ]);
  }

  /**
   * @param floatGraph what `integerGraph` was made from
   * @throws InputError if the two have other numbers of inputs or outputs; UnsupportedModelError if either cannot run.
   */
  static async start(
    floatGraph: Graph,
    integerGraph: Graph,
    options: SideBySideOptions,
  ): Promise<SideBySide> {
    for (const ends of ['inputs', 'outputs'] as const) {
      const integer = integerGraph[ends].length;
      for (const { [ends]: float } of [floatGraph, options.original ?? floatGraph]) {
        if (float.length === integer) continue;
        throw new InputError(
          `the float model has ${float.length} ${ends}, the integer one ${integer}; give two forms of the same model`,
        );
      }
    }
    const graph = options.stages ? probeGraph(integerGraph) : integerGraph;
    const model = await Model.fromGraph(graph, { backend: 'reference' });
    return new SideBySide(floatGraph, model, options);
  }

  /**
   * Runs one sequence, from the reset state.
   *
   * @throws InputError naming the input that does not fit.
   */
  async add({ calls }: CalibrationSample): Promise<void> {
    this.#runner.reset();
    this.#original?.reset();
    this.#integers.reset();
    let firstTimestep = 0;
    let batch = 0;
    for (const inputs of calls) {
      const sizes = await this.#call(inputs, firstTimestep);
      firstTimestep += sizes.timesteps;
      batch = sizes.batch;
    }
    this.#sequences += batch;
    this.#timesteps += batch * firstTimestep;
  }

  /** What was found so far; plain data. */
  report(): SideBySideReport {
    return {
      sequences: this.#sequences,
      timesteps: this.#timesteps,
      outputs: this.#outputs.map((output) => output.report()),
      tensors: this.#tensors.map(({ tensor, op, signal }) => ({ tensor, op, signal: signal.report() })),
      lstms: this.#lstms.map((lstm) => lstm.report()),
    };
  }

  /** Frees the integer model. */
  dispose(): void {
    this.#model.dispose();
  }

  async #call(inputs: readonly FloatTensor[], firstTimestep: number): Promise<SessionSizes> {
    this.#values.begin();
    const reshapedOutputs = this.#runner.run(inputs, this.#values.observe);
    const floatOutputs = this.#original?.run(inputs) ?? reshapedOutputs;
    const traces: LayerTrace[] = [];
    const isTraced = this.#lstms.length > 0;
    const call = await this.#integers.call(
      inputs,
      isTraced ? { onTrace: (trace) => traces.push(trace) } : {},
    );
    const { sizes } = call;
    const shapes = evaluateShapes(this.#shapes, sizes);
    for (const [index, output] of this.#outputs.entries()) {
      const id = at(this.#model.graph.outputs, index);
      const float = at(floatOutputs, index).data;
      const view = timeView(at(this.#shapes.tensors, id), sizes);
      const whole = { outer: 1, timesteps: 1, inner: float.length };
      output.add({
        float,
        found: outputValues(call.outputs, at(this.#model.outputs, index)),
        rowElements: at(shapes, id).at(-1) ?? 1,
        layout: view === null ? whole : { ...view, timesteps: sizes.timesteps },
        firstTimestep,
      });
    }
    this.#compareInside(call, traces, firstTimestep);
    return sizes;
  }

  #compareInside(call: IntegerCall, traces: readonly LayerTrace[], firstTimestep: number): void {
    const integers = valuesByName(this.#model, call);
    for (const { site, tensor, signal } of this.#tensors) {
      const float = this.#values.joined(site);
      const found = integers.get(tensor);
      if (float !== null && found?.length === float.length) signal.add(float, found);
    }
    for (const lstm of this.#lstms) {
      const parts = traces.filter(({ layer }) => layer === lstm.tracedAs);
      if (parts.length > 0) lstm.add(this.#values, joinTraces(parts), firstTimestep);
    }
  }
}

/** All values of a call by tensor name. */
function valuesByName(
  model: Model,
  { inputs, outputs }: IntegerCall,
): ReadonlyMap<string, ArrayLike<number>> {
  return new Map<string, ArrayLike<number>>([
    ...model.inputs.map(({ name }, index) => [name, at(inputs, index)] as const),
    ...Object.entries(outputs),
  ]);
}
