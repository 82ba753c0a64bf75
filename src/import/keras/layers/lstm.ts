import { at } from '../../../errors';
import type { GateName, LstmDirection, LstmGateTensors, TensorId } from '../../../model';
import type { Value } from '../keras-graph';
import type { LayerConfig } from '../layer-config';
import type { LayerScope } from '../layer-scope';
import type { LayerKind } from './layer-kind';
import { columnBlock } from './matrix';

/** Keras' gates stand side by side in this order, which is TFLite's. */
const GATE_ORDER: readonly GateName[] = ['input', 'forget', 'cell', 'output'];
const TIME_AXIS = 1;
/** The state of the layer's equations. */
const EQUATIONS: Readonly<Record<string, string>> = { activation: 'tanh', recurrent_activation: 'sigmoid' };

/** LSTM in `[batch, time, features]`, or the last of its timesteps. */
export const lstmKind: LayerKind = {
  weightParts: () => ['cell'],
  refusals: lstmRefusals,
  isRowwise: false,
  build(scope) {
    const { config } = scope;
    const isReverse = config.flag('go_backwards', false);
    scope.requireWeights(lstmWeights(config));
    const [output] = recurrence(scope, [{ config, isReverse, firstWeight: 0, part: '' }]);
    if (output === undefined) return [];
    if (!config.flag('return_sequences', false)) return [lastTimestep(scope, output, isReverse, '')];
    // Keras gives a reversed sequence in the order in which it was computed.
    return [isReverse ? reversedInTime(scope, output, '') : renamed(scope, output)];
  },
};

/** Why an LSTM is not read; empty if it is. */
export function lstmRefusals(config: LayerConfig): string[] {
  const refusals: string[] = [];
  for (const [setting, expected] of Object.entries(EQUATIONS)) {
    const found = config.functionName(setting, expected);
    if (found !== expected) {
      refusals.push(`its ${setting} is ${found}; ${expected} is expected, train the layer with it`);
    }
  }
  if (config.flag('return_state', false)) {
    refusals.push('returns its state as outputs; leave return_state out, the session keeps the state');
  }
  if (config.flag('time_major', false)) {
    refusals.push('is time-major; build it batch-major, which its weights do not depend on');
  }
  return refusals;
}

/** Kernel, recurrent kernel and bias. */
export function lstmWeights(config: LayerConfig): number {
  return config.flag('use_bias', true) ? 3 : 2;
}

/** One direction over the layer's input. */
export interface Recurrence {
  readonly config: LayerConfig;
  readonly isReverse: boolean;
  /** Position of its kernel among the layer's weights. */
  readonly firstWeight: number;
  /** Tells the directions of a layer apart; empty for one. */
  readonly part: 'forward' | 'backward' | '';
}

/** The LSTM op of one or two directions, and their outputs over the whole sequence, in the order of time. */
export function recurrence(
  scope: LayerScope,
  directions: readonly [Recurrence] | readonly [Recurrence, Recurrence],
): Value[] {
  const input = scope.inputOfRank(3);
  const [first, second] = directions;
  const forward = direction(scope, input, first);
  const backward = second === undefined ? null : direction(scope, input, second);
  scope.op('', {
    kind: 'lstm',
    input: input.id,
    directions: backward === null ? [forward.direction] : [forward.direction, backward.direction],
    timeMajor: false,
    oneStep: false,
    cellClip: 0,
    projectionClip: 0,
  });
  return backward === null ? [forward.output] : [forward.output, backward.output];
}

function direction(
  scope: LayerScope,
  input: Value,
  { config, isReverse, firstWeight, part }: Recurrence,
): { readonly direction: LstmDirection; readonly output: Value } {
  const units = config.count('units');
  const [batch = 1, timesteps = 1, features = 0] = input.shape;
  const columns = 4 * units;
  const kernel = scope.weight(firstWeight, 'kernel', [features, columns]);
  const recurrent = scope.weight(firstWeight + 1, 'recurrent kernel', [units, columns]);
  const bias = config.flag('use_bias', true) ? scope.weight(firstWeight + 2, 'bias', [columns]) : null;
  const prefix = part === '' ? '' : `${part} `;
  const gate = (name: GateName): LstmGateTensors => {
    const first = GATE_ORDER.indexOf(name) * units;
    const constant = (role: string, shape: readonly number[], data: () => Float32Array): TensorId =>
      scope.constant(`${prefix}${name} gate ${role}`, shape, data);
    return {
      inputWeights: constant('input weights', [units, features], () =>
        columnBlock(kernel, features, columns, first, units),
      ),
      recurrentWeights: constant('recurrent weights', [units, units], () =>
        columnBlock(recurrent, units, columns, first, units),
      ),
      bias: bias === null ? null : constant('bias', [units], () => bias.slice(first, first + units)),
      peephole: null,
      layerNorm: null,
      preActivation: null,
    };
  };
  const output = scope.value(`${prefix}sequence`, [batch, timesteps, units]);
  return {
    output,
    direction: {
      direction: isReverse ? 'reverse' : 'forward',
      gates: { input: gate('input'), forget: gate('forget'), cell: gate('cell'), output: gate('output') },
      projection: null,
      hidden: null,
      outputState: scope.state(`${prefix}output state`, [batch, units]),
      cellState: scope.state(`${prefix}cell state`, [batch, units]),
      output: output.id,
    },
  };
}

/** What a direction ends with: the last timestep, or the first of one that runs backwards. */
export function lastTimestep(
  scope: LayerScope,
  { id, shape }: Value,
  isReverse: boolean,
  part: string,
): Value {
  const whole = { kind: 'range', begin: null, end: null, stride: 1 } as const;
  const last = { kind: 'index', index: isReverse ? 0 : -1 } as const;
  return scope.make(part, [at(shape, 0), at(shape, 2)], (output) => ({
    kind: 'slice',
    input: id,
    output,
    dimensions: [whole, last],
  }));
}

export function reversedInTime(scope: LayerScope, { id, shape }: Value, part: string): Value {
  return scope.make(part, shape, (output) => ({ kind: 'reverse', input: id, output, axes: [TIME_AXIS] }));
}

/** The layer's result under the layer's own name. */
function renamed(scope: LayerScope, value: Value): Value {
  scope.rename(value.id, scope.name);
  return value;
}
