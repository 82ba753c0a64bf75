import { at } from '../../../errors';
import type { Value } from '../keras-graph';
import type { LayerConfig } from '../layer-config';
import type { LayerScope } from '../layer-scope';
import type { LayerKind } from './layer-kind';
import { lastTimestep, lstmRefusals, lstmWeights, recurrence } from './lstm';
import { average, concatenated, folded } from './merge';

/** How the directions' outputs become one; null in Keras for both of them apart. */
const MERGES: Readonly<Record<string, (scope: LayerScope, outputs: readonly Value[]) => Value>> = {
  concat: (scope, outputs) => concatenated(scope, outputs, at(outputs, 0).shape.length - 1),
  sum: (scope, outputs) => folded(scope, outputs, 'add'),
  mul: (scope, outputs) => folded(scope, outputs, 'multiply'),
  ave: (scope, outputs) => average(scope, outputs),
};

/** Bidirectional around an LSTM: both directions in one op. */
export const bidirectionalKind: LayerKind = {
  weightParts: () => ['forward_layer/cell', 'backward_layer/cell'],
  isRowwise: false,
  refusals(config) {
    const { className, config: inner } = config.layer('layer');
    if (className !== 'LSTM') return [`is around ${className}; LSTM is expected`];
    const refusals = lstmRefusals(inner);
    const merge = mergeMode(config);
    if (merge !== null && !Object.hasOwn(MERGES, merge)) {
      refusals.push(`its merge_mode is ${merge}; one of ${Object.keys(MERGES).join(', ')} is expected`);
    }
    if (inner.flag('go_backwards', false))
      refusals.push('is around a layer that goes backwards; turn that round');
    if (config.has('backward_layer') && !isCounterpart(inner, config.layer('backward_layer').config)) {
      refusals.push('its backward layer has other settings; use two layers, one with go_backwards');
    }
    return refusals;
  },
  build(scope) {
    const { config } = scope.config.layer('layer');
    const weights = lstmWeights(config);
    scope.requireWeights(2 * weights);
    const outputs = recurrence(scope, [
      { config, isReverse: false, firstWeight: 0, part: 'forward' },
      { config, isReverse: true, firstWeight: weights, part: 'backward' },
    ]);
    const ends = config.flag('return_sequences', false)
      ? outputs
      : outputs.map((output, index) =>
          lastTimestep(scope, output, index === 1, index === 1 ? 'backward last' : 'forward last'),
        );
    const merge = mergeMode(scope.config);
    return merge === null ? ends : [MERGES[merge]?.(scope, ends) ?? at(ends, 0)];
  },
};

function mergeMode(config: LayerConfig): string | null {
  return config.raw('merge_mode') === null ? null : config.text('merge_mode', 'concat');
}

/** Whether the backward layer is what Keras makes of the forward one by itself. */
function isCounterpart(forward: LayerConfig, backward: LayerConfig): boolean {
  return (
    backward.flag('go_backwards', false) &&
    backward.count('units') === forward.count('units') &&
    backward.flag('use_bias', true) === forward.flag('use_bias', true) &&
    backward.flag('return_sequences', false) === forward.flag('return_sequences', false) &&
    lstmRefusals(backward).length === 0
  );
}
