import { describe, expect, it } from 'vitest';
import type { LstmDirectionParameters } from '../../src/contract/lstm-parameters';
import { ModelFormatError } from '../../src/errors';
import { lowerLstm } from '../../src/lower/lstm';
import type { GateName, Graph, LstmGateTensors, LstmOp, TensorId } from '../../src/model';
import { GraphBuilder, perTensor } from '../support/graph-builder';
import { integerLstmGraph, lstmOf, withTensor } from '../support/integer-lstm';
import { Random } from '../support/random';

interface GateScales {
  readonly inputWeights: number;
  readonly recurrentWeights: number;
  readonly peephole?: number;
  readonly layerNorm: number;
  readonly preActivation: number;
}

/** Scales that no float32 product of them keeps exactly. */
const SCALES: Readonly<Record<GateName, GateScales>> = {
  input: {
    inputWeights: 0.0031,
    recurrentWeights: 0.0047,
    peephole: 0.00002,
    layerNorm: 0.00013,
    preActivation: 0.00027,
  },
  forget: {
    inputWeights: 0.0017,
    recurrentWeights: 0.0083,
    peephole: 0.00003,
    layerNorm: 0.00017,
    preActivation: 0.00031,
  },
  cell: { inputWeights: 0.0057, recurrentWeights: 0.0029, layerNorm: 0.00019, preActivation: 0.00037 },
  output: {
    inputWeights: 0.0071,
    recurrentWeights: 0.0011,
    peephole: 0.00005,
    layerNorm: 0.00023,
    preActivation: 0.00041,
  },
};
const INPUT = perTensor(0.037, 5);
const OUTPUT = perTensor(0.0061, -7);
const HIDDEN = perTensor(0.0093, 11);
const PROJECTION_WEIGHTS_SCALE = 0.0123;
const CELL_SCALE = 2 ** -11;

const [INPUTS, UNITS, OUTPUTS] = [3, 2, 2];

interface Options {
  readonly layerNorm?: boolean;
  readonly projection?: boolean;
  readonly cellClip?: number;
  readonly projectionClip?: number;
}

/** A layer small enough to compute by hand; unit 0 has the weights 1, 2, 3 and unit 1 the weights -4, 5, -6. */
function layer(options: Options): { readonly op: LstmOp; readonly graph: Graph } {
  const { layerNorm = false, projection = false } = options;
  const builder = new GraphBuilder();
  const int16 = (scale: number): TensorId =>
    builder.tensor([UNITS], {
      dtype: 'int16',
      quantization: perTensor(scale),
      data: Int16Array.of(100, -200),
    });
  const gate = (scales: GateScales): LstmGateTensors => ({
    inputWeights: builder.int8([UNITS, INPUTS], [1, 2, 3, -4, 5, -6], perTensor(scales.inputWeights)),
    recurrentWeights: builder.int8([UNITS, OUTPUTS], [10, -20, 30, 40], perTensor(scales.recurrentWeights)),
    bias: builder.int32([UNITS], [1000, -2000]),
    peephole: scales.peephole === undefined ? null : int16(scales.peephole),
    layerNorm: layerNorm ? int16(scales.layerNorm) : null,
    preActivation: layerNorm ? perTensor(scales.preActivation) : null,
  });
  const input = builder.input([1, 1, INPUTS], { quantization: INPUT });
  const output = builder.tensor([1, 1, OUTPUTS], { quantization: OUTPUT });
  const op = builder.op({
    kind: 'lstm',
    input,
    directions: [
      {
        direction: 'forward',
        gates: {
          input: gate(SCALES.input),
          forget: gate(SCALES.forget),
          cell: gate(SCALES.cell),
          output: gate(SCALES.output),
        },
        projection: projection
          ? {
              weights: builder.int8([OUTPUTS, UNITS], [7, 8, -9, 3], perTensor(PROJECTION_WEIGHTS_SCALE)),
              bias: builder.int32([OUTPUTS], [50, 60]),
            }
          : null,
        hidden: HIDDEN,
        outputState: builder.tensor([1, OUTPUTS], { quantization: OUTPUT, isVariable: true }),
        cellState: builder.tensor([1, UNITS], {
          dtype: 'int16',
          quantization: perTensor(CELL_SCALE),
          isVariable: true,
        }),
        output,
      },
    ],
    timeMajor: false,
    oneStep: false,
    cellClip: options.cellClip ?? 0,
    projectionClip: options.projectionClip ?? 0,
  });
  return { op, graph: builder.graph([output]) };
}

function lower(options: Options): LstmDirectionParameters {
  const { op, graph } = layer(options);
  return lowerLstm(op, graph).directions[0]!;
}

const GATE_NAMES = ['input', 'forget', 'cell', 'output'] as const;

// Computed with NumPy's float32, one operation after the other, and Python's frexp.
describe('effective scales', () => {
  it('of gates without layer norm, at the fixed scale 2^-12', () => {
    const { gates } = lower({});
    expect(GATE_NAMES.map((name) => gates[name]!.inputMultiplier)).toEqual([
      { multiplier: 2017823872, shift: -1 },
      { multiplier: 1106548480, shift: -1 },
      { multiplier: 1855096064, shift: 0 },
      { multiplier: 1155366784, shift: 1 },
    ]);
    expect(GATE_NAMES.map((name) => gates[name]!.recurrentMultiplier)).toEqual([
      { multiplier: 2017471872, shift: -3 },
      { multiplier: 1781384704, shift: -2 },
      { multiplier: 1244823040, shift: -3 },
      { multiplier: 1888697088, shift: -5 },
    ]);
    expect(GATE_NAMES.map((name) => gates[name]!.peephole?.multiplier)).toEqual([
      { multiplier: 1407374848, shift: -14 },
      { multiplier: 2111062272, shift: -14 },
      undefined,
      { multiplier: 1759218560, shift: -13 },
    ]);
  });

  it('of gates with layer norm, rounded to float32 after every step from left to right', () => {
    const { gates } = lower({ layerNorm: true });
    // In float64 the cell gate's is 1224065735, with the quotient first 1224065664.
    expect(GATE_NAMES.map((name) => gates[name]!.inputMultiplier)).toEqual([
      { multiplier: 1824565888, shift: -1 },
      { multiplier: 1742925440, shift: -2 },
      { multiplier: 1224065792, shift: 0 },
      { multiplier: 1375960832, shift: 0 },
    ]);
    expect(GATE_NAMES.map((name) => gates[name]!.recurrentMultiplier)).toEqual([
      { multiplier: 1824247680, shift: -3 },
      { multiplier: 1402930176, shift: -2 },
      { multiplier: 1642766976, shift: -4 },
      { multiplier: 1124652928, shift: -5 },
    ]);
    expect(GATE_NAMES.map((name) => gates[name]!.peephole?.multiplier)).toEqual([
      { multiplier: 1272582912, shift: -14 },
      { multiplier: 1662567936, shift: -14 },
      undefined,
      { multiplier: 2095105920, shift: -14 },
    ]);
    expect(GATE_NAMES.map((name) => gates[name]!.layerNorm?.multiplier)).toEqual([
      { multiplier: 1143492096, shift: -12 },
      { multiplier: 1495335808, shift: -12 },
      { multiplier: 1671257728, shift: -12 },
      { multiplier: 2023101440, shift: -12 },
    ]);
  });

  it('of the hidden value and the projection', () => {
    const { hiddenMultiplier, projection } = lower({ projection: true });
    expect(hiddenMultiplier).toEqual({ multiplier: 1804001664, shift: -23 });
    // 1288659158 in float64.
    expect(projection?.multiplier).toEqual({ multiplier: 1288659072, shift: -5 });
  });
});

describe('zero points', () => {
  it('move into the biases of the accumulators', () => {
    const { gates } = lower({});
    for (const name of GATE_NAMES) {
      // 1000 - 5 * (1 + 2 + 3), -2000 - 5 * (-4 + 5 - 6)
      expect(gates[name]!.inputBias).toEqual(Int32Array.of(970, -1975));
      // 7 * (10 - 20), 7 * (30 + 40)
      expect(gates[name]!.recurrentBias).toEqual(Int32Array.of(-70, 490));
    }
  });

  it('leave the gate bias to layer norm where there is one', () => {
    const { gates } = lower({ layerNorm: true });
    expect(gates.forget.inputBias).toEqual(Int32Array.of(-30, 25));
    expect(gates.forget.layerNorm?.bias).toEqual(Int32Array.of(1000, -2000));
    expect(gates.forget.layerNorm?.weights).toEqual(Int16Array.of(100, -200));
  });

  it('are added to the hidden value, but on the projection path subtracted, with + in its bias', () => {
    expect(lower({})).toMatchObject({ hiddenOffset: 11, projection: null, outputZeroPoint: -7 });
    const { hiddenOffset, projection } = lower({ projection: true });
    expect(hiddenOffset).toBe(-11);
    // 50 + 11 * (7 + 8), 60 + 11 * (-9 + 3)
    expect(projection?.bias).toEqual(Int32Array.of(215, -6));
  });
});

describe('clips', () => {
  it.each([
    [0, 0],
    [1e-5, 0],
    [0.3, 614],
    [1, 2048],
    [100, 32767],
  ])('a cell clip of %d is %i', (cellClip, expected) => {
    expect(lower({ cellClip }).cellClip).toBe(expected);
  });

  it.each([
    [0, 0],
    [0.006, 0],
    [0.1, 16],
    [0.5, 81],
    [1, 127],
  ])('a projection clip of %d is %i', (projectionClip, expected) => {
    expect(lower({ projection: true, projectionClip }).projection?.clip).toBe(expected);
  });

  it('is a float32 quotient: 0.29 at scale 0.01 is 29, in float64 28', () => {
    const { op, graph } = layer({ projection: true, projectionClip: 0.29 });
    const { outputState } = op.directions[0];
    const changed = withTensor(graph, outputState, { quantization: perTensor(0.01) });
    expect(lowerLstm(op, changed).directions[0]?.projection?.clip).toBe(29);
  });
});

it.each([
  [0.00009, 1],
  [0.00013, 1],
  [0.00023, 2],
  [3, 30_000],
  [214_748, 2_147_480_064],
])('the least variance at a coefficient scale of %d is %i', (scale, expected) => {
  const { op, graph } = layer({ layerNorm: true });
  const changed = withTensor(graph, op.directions[0].gates.cell.layerNorm!, {
    quantization: perTensor(scale),
  });
  expect(lowerLstm(op, changed).directions[0]?.gates.cell.layerNorm?.varianceFloor).toBe(expected);
});

it('lowers each direction by itself', () => {
  const graph = integerLstmGraph({ inputs: 3, units: 4, directions: ['forward', 'reverse'] }, new Random(1));
  const op = lstmOf(graph);
  const [forward, reverse] = lowerLstm(op, graph).directions;
  expect(forward?.gates.forget.inputWeights).toBe(
    graph.tensors[op.directions[0].gates.forget.inputWeights]?.data,
  );
  expect(reverse?.gates.forget.inputWeights).toBe(
    graph.tensors[op.directions[1]!.gates.forget.inputWeights]?.data,
  );
});

describe('refused at load', () => {
  const refusal = (options: Options, change: (op: LstmOp, graph: Graph) => Graph): unknown => {
    const { op, graph } = layer(options);
    try {
      return lowerLstm(op, change(op, graph));
    } catch (error) {
      return error;
    }
  };

  it('an accumulator that could wrap, naming gate, tensor and row', () => {
    const error = refusal({}, (op, graph) =>
      withTensor(graph, op.directions[0].gates.output.bias!, { data: Int32Array.of(0, 2 ** 31 - 1000) }),
    );
    expect(error).toBeInstanceOf(ModelFormatError);
    expect(error).toMatchInlineSnapshot(
      `[ModelFormatError: lstm_0 output gate, tensor 13 "t13": row 1 with its bias can reach 2147484593, beyond the int32 accumulator; requantize the model with a larger bias scale or fewer inputs]`,
    );
  });

  it('and a projection that could', () => {
    expect(
      refusal({ projection: true }, (op, graph) =>
        withTensor(graph, op.directions[0].projection!.bias!, { data: Int32Array.of(-(2 ** 31), 0) }),
      ),
    ).toMatchInlineSnapshot(
      `[ModelFormatError: lstm_0 projection, tensor 17 "t17": row 0 with its bias can reach 2147485403, beyond the int32 accumulator; requantize the model with a larger bias scale or fewer inputs]`,
    );
  });

  it.each<[string, (op: LstmOp) => TensorId]>([
    ['forget gate', (op) => op.directions[0].gates.forget.inputWeights],
    ['cell gate', (op) => op.directions[0].gates.cell.recurrentWeights],
    ['output gate', (op) => op.directions[0].gates.output.peephole!],
    ['projection', (op) => op.directions[0].projection!.weights],
  ])('scales that make no multiplier, naming the %s and its tensor', (subject, tensorIn) => {
    const { op, graph } = layer({ projection: true });
    const id = tensorIn(op);
    const lowering = (): unknown => lowerLstm(op, withTensor(graph, id, { quantization: perTensor(1e30) }));
    expect(lowering).toThrow(ModelFormatError);
    expect(lowering).toThrow(
      new RegExp(
        `^lstm_0 ${subject}, tensor ${id} "t${id}": its scales make a factor of \\S+; one below 2\\^31`,
      ),
    );
  });

  it('a hidden scale that no multiplier holds, and one that is missing', () => {
    const { op, graph } = layer({});
    const withHidden = (hidden: LstmOp['directions'][0]['hidden']): LstmOp => ({
      ...op,
      directions: [{ ...op.directions[0], hidden }],
    });
    expect(() => lowerLstm(withHidden(perTensor(1e-40)), graph)).toThrowErrorMatchingInlineSnapshot(
      `[ModelFormatError: lstm_0 hidden value (intermediate 4): its scales make a factor of 9.313276185503125e+30; one below 2^31 is expected, requantize the model]`,
    );
    expect(() => lowerLstm(withHidden(null), graph)).toThrowErrorMatchingInlineSnapshot(
      `[ModelFormatError: lstm_0: the scale of the hidden value (intermediate 4) is missing; requantize the model]`,
    );
  });

  it('layer norm at a scale that is missing', () => {
    const { op, graph } = layer({ layerNorm: true });
    const [direction] = op.directions;
    const forget = { ...direction.gates.forget, preActivation: null };
    const broken: LstmOp = { ...op, directions: [{ ...direction, gates: { ...direction.gates, forget } }] };
    expect(() => lowerLstm(broken, graph)).toThrowErrorMatchingInlineSnapshot(
      `[ModelFormatError: lstm_0 forget gate: the scale of its pre-activation is missing, which layer norm needs; requantize the model]`,
    );
  });

  it('layer-norm coefficients whose least variance is no int32', () => {
    const error = refusal({ layerNorm: true }, (op, graph) =>
      withTensor(graph, op.directions[0].gates.forget.layerNorm!, { quantization: perTensor(214_749) }),
    );
    expect(error).toBeInstanceOf(ModelFormatError);
    expect(error).toMatchInlineSnapshot(
      `[ModelFormatError: lstm_0 forget gate, tensor 11 "t11": its scale is 214749, which makes a least variance of 2147490048, beyond int32; below 214748 is expected, requantize the model]`,
    );
  });

  it('layer norm over more units than an int32 sums', () => {
    const error = refusal({ layerNorm: true }, (op, graph) =>
      withTensor(graph, op.directions[0].gates.input!.layerNorm!, { data: new Int16Array(65_536) }),
    );
    expect(error).toBeInstanceOf(ModelFormatError);
    expect(error).toMatchInlineSnapshot(
      `[ModelFormatError: lstm_0 input gate, tensor 6 "t6": layer norm over 65536 units could leave int32; at most 65535 are expected]`,
    );
  });
});
