import { unreachable } from '../errors';
import type { LstmDirection, LstmGateTensors, LstmOp, Op } from './ops';
import { GATES } from './ops';
import type { TensorId } from './tensor';

/** A tensor in its place in an op: `forget gate bias`. */
export interface TensorUse {
  readonly role: string;
  readonly id: TensorId;
}

/** All tensors of an op, by what they are to it. */
export interface OpTensors {
  /** Values that flow in while the graph runs. */
  readonly inputs: readonly TensorUse[];
  /** Weights and biases. */
  readonly weights: readonly TensorUse[];
  /** What carries over from call to call: read and written. */
  readonly states: readonly TensorUse[];
  readonly outputs: readonly TensorUse[];
}

export function opTensors(op: Op): OpTensors {
  switch (op.kind) {
    case 'lstm':
      return lstmTensors(op);
    case 'fullyConnected':
    case 'conv2d':
    case 'depthwiseConv2d':
      return stateless({ input: op.input }, { output: op.output }, { weights: op.weights, bias: op.bias });
    case 'pad':
      return stateless({ input: op.input }, { output: op.output }, { 'fill value': op.value });
    case 'binary':
      return stateless({ 'left input': op.left, 'right input': op.right }, { output: op.output });
    case 'gather':
      return stateless({ input: op.input, indices: op.indices }, { output: op.output });
    case 'concatenation':
      return stateless(numbered('input', op.inputs), { output: op.output });
    case 'split':
      return stateless({ input: op.input }, numbered('output', op.outputs));
    case 'mean':
    case 'softmax':
    case 'logistic':
    case 'tanh':
    case 'relu':
    case 'leakyRelu':
    case 'hardSwish':
    case 'floatUnary':
    case 'quantize':
    case 'dequantize':
    case 'reshape':
    case 'slice':
    case 'transpose':
    case 'reverse':
      return stateless({ input: op.input }, { output: op.output });
    default:
      return unreachable(op);
  }
}

type ByRole = Readonly<Record<string, TensorId | null | undefined>>;

function stateless(inputs: ByRole, outputs: ByRole, weights: ByRole = {}): OpTensors {
  return { inputs: uses(inputs), weights: uses(weights), states: [], outputs: uses(outputs) };
}

function numbered(role: string, ids: readonly TensorId[]): ByRole {
  return Object.fromEntries(ids.map((id, index) => [`${role} ${index}`, id]));
}

function lstmTensors({ input, directions }: LstmOp): OpTensors {
  return {
    inputs: uses({ input }),
    weights: directions.flatMap((each) => directionWeights(each, directionPrefix(directions, each))),
    states: directions.flatMap((each) =>
      uses(
        { 'output state': each.outputState, 'cell state': each.cellState },
        directionPrefix(directions, each),
      ),
    ),
    outputs: directions.flatMap((each) => uses({ output: each.output }, directionPrefix(directions, each))),
  };
}

/** What roles begin with: `reverse ` tells the tensors of a bidirectional layer apart. */
export function directionPrefix(
  directions: LstmOp['directions'],
  { direction }: Pick<LstmDirection, 'direction'>,
): string {
  return directions.length === 1 ? '' : `${direction} `;
}

function directionWeights({ gates, projection }: LstmDirection, prefix: string): TensorUse[] {
  return [
    ...GATES.flatMap((name) => {
      const gate = gates[name];
      return gate === null ? [] : uses(gateTensors(gate), `${prefix}${name} gate `);
    }),
    ...uses({ 'projection weights': projection?.weights, 'projection bias': projection?.bias }, prefix),
  ];
}

function gateTensors(gate: LstmGateTensors): Record<string, TensorId | null> {
  return {
    'input weights': gate.inputWeights,
    'recurrent weights': gate.recurrentWeights,
    'peephole weights': gate.peephole,
    bias: gate.bias,
    'layer-norm coefficients': gate.layerNorm,
  };
}

function uses(byRole: ByRole, prefix = ''): TensorUse[] {
  return Object.entries(byRole).flatMap(([role, id]) =>
    id === null || id === undefined ? [] : [{ role: prefix + role, id }],
  );
}
