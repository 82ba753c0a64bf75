import { at } from '../errors';
import { exportTflite } from '../export/tflite';
import type { LoadOptions, LstmPath } from '../index';
import { Octogate } from '../index';
import type { Graph, LstmOp } from '../model';
import { graphOf } from './case-graph';
import { generateCase } from './generate-case';
import { kernelChoices, kernelName } from './kernel-choices';
import type { KernelChoice } from './kernel-choices';
import type { Leg } from './leg';
import { octogateLeg } from './leg';
import { lstmLayers } from './lstm-layers';
import { SharedDevice } from './shared-device';

/** Cells of the resident kernel at most. */
const RESIDENT_UNITS = 256;

/** One leg per kernel path of an adapter, all on one device. */
export async function webgpuLegs(adapterName: string, gpu: GPU): Promise<Leg[]> {
  const shared = new SharedDevice(gpu);
  const options = async (): Promise<LoadOptions> => ({ backend: 'webgpu', gpu, device: await shared.take() });
  return (await choicesOf(await options())).map((kernels) => {
    const leg = octogateLeg(`${adapterName}, ${kernelName(kernels)}`, async () => ({
      ...(await options()),
      kernels,
    }));
    return { ...leg, excludes: excludesOf(kernels) };
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

/** Why a model is not one that a kernel path can be judged by: its layers would run step by step, which another leg does. */
export function excludesOf({ lstm }: KernelChoice): Leg['excludes'] {
  return EXCLUDES[lstm];
}

const EXCLUDES: Readonly<Record<LstmPath, Leg['excludes']>> = {
  step: () => null,
  sequence: () => null,
  resident: (graph) => {
    const isResident = lstmLayers(graph).some(
      ({ units, layerNorm, projection }) => units <= RESIDENT_UNITS && !layerNorm && !projection,
    );
    return isResident ? null : 'no layer can keep its weights in registers';
  },
  frame: (graph) => {
    const isFrame = graph.ops.some((op) => op.kind === 'lstm' && op.oneStep && !hasLayerNorm(op));
    return isFrame ? null : 'no layer without layer norm runs for one timestep';
  },
  wavefront: (graph) =>
    hasStack(graph) ? null : 'no layers of equal units, one above the other, can be a wavefront',
};

/** Whether a layer reads what one like it puts out; the planner looks at some more of what they are. */
function hasStack({ ops, tensors }: Graph): boolean {
  const layers = ops.filter((op) => op.kind === 'lstm');
  const units = ({ directions }: LstmOp): number => at(at(tensors, directions[0].cellState).shape, 1);
  const canStack = (op: LstmOp): boolean =>
    op.directions.length === 1 && !op.oneStep && !hasLayerNorm(op) && op.directions[0].projection === null;
  return layers.some(
    (op, index) =>
      canStack(op) &&
      layers.some(
        (below, position) =>
          position === index - 1 &&
          canStack(below) &&
          op.input === below.directions[0].output &&
          units(op) === units(below) &&
          units(op) <= RESIDENT_UNITS,
      ),
  );
}

function hasLayerNorm({ directions }: LstmOp): boolean {
  return directions.some(({ gates }) => gates.forget.layerNorm !== null);
}
