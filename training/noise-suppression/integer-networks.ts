import { at } from '../../src/errors';
import { Model } from '../../src/index';
import { quantize } from '../../src/quantize';
import type { FloatTensor, QuantizeOptions } from '../../src/quantize';
import type { Graph } from '../../src/model';
import { denoise } from './denoise';
import type { SequenceFunction } from './denoise';
import type { Dtln } from './dtln';
import { floatNetworks, stagesAround } from './networks';
import type { Networks } from './networks';

/** What the two networks see of a clip, in float: calibration data. */
export interface NetworkInputs {
  readonly stage1: FloatTensor;
  readonly stage2: FloatTensor;
}

/** Runs DTLN in float over clips, each from the reset state, and keeps what its networks are given. */
export async function recordNetworkInputs(
  dtln: Dtln,
  clips: readonly Float32Array[],
): Promise<NetworkInputs[]> {
  const networks = floatNetworks(dtln);
  const recorded: NetworkInputs[] = [];
  for (const clip of clips) {
    const seen: FloatTensor[] = [];
    const recording =
      (network: SequenceFunction): SequenceFunction =>
      (features) => {
        seen.push(features);
        return network(features);
      };
    const stages = stagesAround(dtln, {
      stage1: recording(networks.stage1),
      stage2: recording(networks.stage2),
    });
    await denoise(stages, [clip]);
    recorded.push({ stage1: at(seen, 0), stage2: at(seen, 1) });
  }
  return recorded;
}

/**
 * Both networks in integers, on WebGPU; a few timesteps of each call are compared with the reference.
 *
 * @throws Error if an op that is to stay in float is in neither network.
 */
export async function integerNetworks(
  gpu: GPU,
  dtln: Dtln,
  calibration: readonly NetworkInputs[],
  options: QuantizeOptions,
): Promise<Networks> {
  const ops = new Set([...dtln.stage1.ops, ...dtln.stage2.ops].map(({ name }) => name));
  const unknown = (options.keepFloat ?? []).filter((name) => !ops.has(name));
  if (unknown.length > 0) throw new Error(`no op of DTLN is called ${unknown.join(', ')}`);
  const network = async (graph: Graph, stage: keyof NetworkInputs): Promise<SequenceFunction> => {
    const samples = calibration.map((inputs) => ({ calls: [[inputs[stage]]] }));
    const keepFloat = (options.keepFloat ?? []).filter((name) => graph.ops.some((op) => op.name === name));
    const quantized = await quantize(graph, samples, { ...options, keepFloat });
    const model = await Model.fromGraph(quantized.graph, { gpu, check: 'sample' });
    return async ({ shape, data }) => {
      const session = model.createSession({ batch: at(shape, 0) });
      const mask = await session.run(data);
      session.dispose();
      return mask;
    };
  };
  return { stage1: await network(dtln.stage1, 'stage1'), stage2: await network(dtln.stage2, 'stage2') };
}
