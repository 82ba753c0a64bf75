import { predictCall } from '../../bench';
import type { GpuProfile } from '../../bench';
import type { Graph } from '../../model';
import type { NominalDevice } from '../../report/costs';
import type { PlannedCall } from '../../report/report';
import { ALL_FAMILIES } from '../../runtime/families/all';
import { prepareGraph } from '../../runtime/prepare-graph';

/** Bytes of a weight. */
const FLOAT_BYTES = 4;

/** A profile as speeds that both forms of a model are held against: each product of a float model loads its own weight. */
export function deviceOf(gpu: GpuProfile): NominalDevice {
  return {
    name: gpu.title,
    floatMacsPerSecond: (gpu.cacheGbPerSecond * 1e9) / FLOAT_BYTES,
    int8MacsPerSecond: gpu.dotGmacPerSecond * 1e9,
    bytesPerSecond: gpu.memoryGbPerSecond * 1e9,
    cache: { bytes: gpu.cacheBytes, bytesPerSecond: gpu.cacheGbPerSecond * 1e9 },
  };
}

/**
 * A call of an integer model with as many timesteps as the sequences that are compared, on a GPU that is not at hand.
 *
 * @throws LimitError if the call does not fit into WebGPU's default limits.
 */
export function plannedCall(integer: Graph, timesteps: number, gpu: GpuProfile): PlannedCall {
  const model = prepareGraph(integer, ALL_FAMILIES);
  const { batch, timesteps: steps } = model.shapes;
  const sizes = {
    batch: batch.inFile,
    timesteps: steps.fixedBecause === null ? timesteps : steps.inFile,
  };
  const options = { ...sizes, dot: 'packed', rows: 'subgroup', path: null, trace: false } as const;
  const { ms, bound } = predictCall(model, options, gpu);
  return { gpu: gpu.title, ...sizes, ms, bound };
}
