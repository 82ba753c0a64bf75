import type { FloatFunction } from '../../../model';
import type { Value } from '../keras-graph';
import type { LayerKind } from './layer-kind';
import { noRefusals, noWeights } from './layer-kind';
import { binary } from './merge';

/** A function of `keras.ops` that a Functional model of Keras 3 applies, such as `keras.ops.log`; float only. */
export function functionKind(name: FloatFunction): LayerKind {
  return {
    weightParts: noWeights,
    refusals: noRefusals,
    isRowwise: true,
    build: (scope) => [
      scope.make('', scope.input.shape, (output) => ({
        kind: 'floatUnary',
        function: name,
        input: scope.input.id,
        output,
      })),
    ],
  };
}

/** Rescaling: `scale x + offset`, with one number each. */
export const rescalingKind: LayerKind = {
  weightParts: noWeights,
  isRowwise: true,
  refusals: (config) =>
    ['scale', 'offset'].flatMap((key) => {
      const value = config.raw(key);
      return value === undefined || typeof value === 'number'
        ? []
        : [`its ${key} is no single number; one is expected`];
    }),
  build(scope) {
    const scale = scope.config.number('scale', 1);
    const offset = scope.config.number('offset', 0);
    const constant = (part: string, number: number): Value => ({
      id: scope.scalar(part, number),
      shape: [1],
    });
    const scaled =
      scale === 1 ? scope.input : binary(scope, 'multiply', scope.input, constant('scale', scale), 'scaled');
    return [offset === 0 ? scaled : binary(scope, 'add', scaled, constant('offset', offset), '')];
  },
};
