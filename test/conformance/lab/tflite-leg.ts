import type { Leg } from '../../../src/conformance/leg';
import { lstmLayers } from '../../../src/conformance/lstm-layers';
import type { Graph } from '../../../src/model';
import { negateHiddenZeroPoints } from '../../support/negate-hidden-zero-points';
import { runTflite } from '../../support/tflite-oracle';

/**
 * TFLite's WebAssembly build, which subtracts the hidden zero point where today's TFLite adds it: it gets a copy of the
 * model that makes up for that. It does not show states.
 */
export const tfliteLeg: Leg = {
  name: 'tflite',
  excludes: readsOutOfBounds,
  async answer({ model, calls }) {
    const outputs = await runTflite(
      negateHiddenZeroPoints(model),
      calls.map((call) => [call]),
    );
    return {
      outputs: outputs.map(([output]) => {
        if (output instanceof Int8Array) return output;
        throw new TypeError('TFLite gives no int8 output');
      }),
      state: null,
    };
  },
};

/** TFLite walks peephole weights, one per unit, by the number of outputs. */
function readsOutOfBounds(graph: Graph): string | null {
  const isBeyond = lstmLayers(graph).some(
    ({ peephole, projection, units, outputs }) => peephole && projection && units !== outputs,
  );
  return isBeyond
    ? "TFLite's integer peephole reads out of bounds where a projection changes the number of outputs"
    : null;
}
