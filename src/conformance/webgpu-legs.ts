import { exportTflite } from '../export/tflite';
import type { LoadOptions } from '../index';
import { Octogate } from '../index';
import type { Graph } from '../model';
import { graphOf } from './case-graph';
import { openSharedDevice } from './device';
import { generateCase } from './generate-case';
import { kernelChoices, kernelName } from './kernel-choices';
import type { Leg } from './leg';
import { octogateLeg } from './leg';
import { lstmLayers } from './lstm-layers';

/** Cells of the resident kernel at most. */
const RESIDENT_UNITS = 256;

/** One leg per kernel path of an adapter, all on one device. */
export async function webgpuLegs(adapterName: string, gpu: GPU): Promise<Leg[]> {
  const device = await openSharedDevice(gpu);
  const options: LoadOptions = { backend: 'webgpu', gpu, device };
  return (await choicesOf(options)).map((kernels) => {
    const leg = octogateLeg(`${adapterName}, ${kernelName(kernels)}`, { ...options, kernels });
    return kernels.lstm === 'resident' ? { ...leg, excludes: withoutResidentLayer } : leg;
  });
}

async function choicesOf(options: LoadOptions): Promise<ReturnType<typeof kernelChoices>> {
  const model = await Octogate.load(exportTflite(graphOf(generateCase(0, 0))), options);
  try {
    const { gpu } = await model.diagnostics();
    if (gpu === null) throw new TypeError('a model on WebGPU has no GPU to tell of');
    return kernelChoices(gpu);
  } finally {
    model.dispose();
  }
}

/** Other layers would run step by step, which another leg does. */
function withoutResidentLayer(graph: Graph): string | null {
  const isResident = lstmLayers(graph).some(
    ({ units, layerNorm, projection }) => units <= RESIDENT_UNITS && !layerNorm && !projection,
  );
  return isResident ? null : 'no layer can keep its weights in registers';
}
