import type { LstmVariant } from '../../src/contract/lstm-layout';
import type { LoweredLstm } from '../../src/lower/lstm';
import { lowerLstm } from '../../src/lower/lstm';
import type {
  Graph,
  LstmDirection,
  LstmGateTensors,
  LstmOp,
  Quantization,
  Tensor,
  TensorId,
} from '../../src/model';
import { GraphBuilder, perTensor } from './graph-builder';
import type { Random } from './random';

/** The paper's 16 variants. */
export const VARIANTS: readonly LstmVariant[] = Array.from({ length: 16 }, (_, bits) => ({
  layerNorm: (bits & 8) !== 0,
  projection: (bits & 4) !== 0,
  peephole: (bits & 2) !== 0,
  coupledGates: (bits & 1) !== 0,
}));

export const PLAIN: LstmVariant = {
  layerNorm: false,
  projection: false,
  peephole: false,
  coupledGates: false,
};

export function variantName({ layerNorm, projection, peephole, coupledGates }: LstmVariant): string {
  const options = [
    layerNorm ? 'layer norm' : '',
    projection ? 'projection' : '',
    peephole ? 'peephole' : '',
    coupledGates ? 'coupled gates' : '',
  ].filter((option) => option !== '');
  return options.length === 0 ? 'plain' : options.join(', ');
}

export interface IntegerLstmOptions {
  readonly variant?: LstmVariant;
  readonly inputs: number;
  readonly units: number;
  /** Outputs of the projection; `units` without one. */
  readonly outputs?: number;
  readonly directions?: readonly LstmDirection['direction'][];
  readonly timeMajor?: boolean;
  readonly oneStep?: boolean;
  /** Batch and timesteps that the file states. */
  readonly batch?: number;
  readonly timesteps?: number;
  readonly cellClip?: number;
  readonly projectionClip?: number;
}

/**
 * Appends an integer LSTM with random weights, whose scales keep most gates between closed and open, so that every stage
 * shows in the output. Zero points are anything.
 *
 * @returns the outputs, one per direction
 */
export function addIntegerLstm(
  builder: GraphBuilder,
  input: TensorId,
  options: IntegerLstmOptions,
  random: Random,
): TensorId[] {
  const { variant = PLAIN, inputs, units, batch = 1, timesteps = 1, directions = ['forward'] } = options;
  const outputs = variant.projection ? (options.outputs ?? units) : units;
  const lead = options.oneStep ? [batch] : options.timeMajor ? [timesteps, batch] : [batch, timesteps];
  const near = (scale: number): number => scale * (0.6 + random.real());
  const matrix = (rows: number, columns: number, spread: number): TensorId =>
    builder.int8([rows, columns], random.int8(rows * columns), perTensor(near(spread / Math.sqrt(columns))));
  const vector = (scale: number): TensorId =>
    builder.tensor([units], {
      dtype: 'int16',
      quantization: perTensor(near(scale)),
      data: Int16Array.from({ length: units }, () => random.integer(-32767, 32767)),
    });
  const bias = (length: number, magnitude: number): TensorId =>
    builder.int32(
      [length],
      Int32Array.from({ length }, () => random.integer(-magnitude, magnitude)),
    );
  const gate = (hasPeephole: boolean): LstmGateTensors => ({
    inputWeights: matrix(units, inputs, 0.012),
    recurrentWeights: matrix(units, outputs, 0.03),
    bias: bias(units, variant.layerNorm ? 2 ** 24 : 2 ** 11),
    peephole: variant.peephole && hasPeephole ? vector(2 ** -15) : null,
    layerNorm: variant.layerNorm ? vector(2 ** -14) : null,
    preActivation: variant.layerNorm ? perTensor(near(2 ** -12)) : null,
  });
  const zeroPoint = (): number =>
    random.integer(0, 4) === 0 ? random.pick([-128, 127]) : random.integer(-40, 40);
  const output = perTensor(near(variant.projection ? 0.02 : 0.008), zeroPoint());
  const lowered = directions.map((direction): LstmDirection => ({
    direction,
    gates: {
      input: variant.coupledGates ? null : gate(true),
      forget: gate(true),
      cell: gate(false),
      output: gate(true),
    },
    projection: variant.projection
      ? { weights: matrix(outputs, units, 0.03), bias: bias(outputs, 2 ** 11) }
      : null,
    hidden: variant.projection ? perTensor(near(0.008), zeroPoint()) : output,
    outputState: builder.tensor([batch, outputs], { quantization: output, isVariable: true }),
    cellState: builder.tensor([batch, units], {
      dtype: 'int16',
      quantization: perTensor(2 ** random.integer(-15, -9)),
      isVariable: true,
    }),
    output: builder.tensor([...lead, outputs], { quantization: output }),
  }));
  const [first, second] = lowered;
  builder.op({
    kind: 'lstm',
    input,
    directions: second === undefined ? [first!] : [first!, second],
    timeMajor: options.timeMajor ?? false,
    oneStep: options.oneStep ?? false,
    cellClip: options.cellClip ?? 0,
    projectionClip: options.projectionClip ?? 0,
  });
  return lowered.map((direction) => direction.output);
}

/** A graph of nothing but such a layer; its outputs are the directions'. */
export function integerLstmGraph(options: IntegerLstmOptions, random: Random): Graph {
  const { inputs, batch = 1, timesteps = 1, timeMajor = false, oneStep = false } = options;
  const builder = new GraphBuilder();
  const shape = oneStep
    ? [batch, inputs]
    : timeMajor
      ? [timesteps, batch, inputs]
      : [batch, timesteps, inputs];
  const input = builder.input(shape, { quantization: perTensor(1 / 32, random.integer(-128, 127)) });
  return builder.graph(addIntegerLstm(builder, input, options, random));
}

/** Such a layer ready for kernels and twins. */
export function integerLstm(options: IntegerLstmOptions, random: Random): LoweredLstm {
  const graph = integerLstmGraph(options, random);
  return lowerLstm(lstmOf(graph), graph);
}

/** The first LSTM of a graph. */
export function lstmOf({ ops }: Graph): LstmOp {
  const op = ops.find((candidate) => candidate.kind === 'lstm');
  if (op === undefined) throw new Error('the graph has no LSTM');
  return op;
}

/** A copy of a graph with some members of one tensor replaced. */
export function withTensor(graph: Graph, id: TensorId, change: Partial<Tensor>): Graph {
  return {
    ...graph,
    tensors: graph.tensors.map((tensor, index) => (index === id ? { ...tensor, ...change } : tensor)),
  };
}

export function quantizationOf(graph: Graph, id: TensorId): Quantization {
  const { quantization, name } = graph.tensors[id]!;
  if (quantization === null) throw new Error(`${name} has no scale`);
  return quantization;
}
