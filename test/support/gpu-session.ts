import type { GpuContext } from '../../src/gpu';
import { lowerProgram } from '../../src/lower/program';
import type { Program } from '../../src/lower/program';
import type { Graph } from '../../src/model';
import { analyzeShapes } from '../../src/model/shapes/analyze';
import { ALL_FAMILIES } from '../../src/runtime/families/all';
import { wavefronts } from '../../src/runtime/plan/wavefronts';
import { lowerBy, plannersOf } from '../../src/runtime/op-families';
import { CheckedExecutor } from '../../src/runtime/checked-executor';
import type { CheckMode } from '../../src/runtime/checked-executor';
import type { ExecutableModel } from '../../src/runtime/executor';
import { GpuExecutor } from '../../src/runtime/gpu/gpu-executor';
import { GpuModel } from '../../src/runtime/gpu/gpu-model';
import type { KernelOptions } from '../../src/runtime/gpu/gpu-model';
import { ReferenceExecutor } from '../../src/runtime/reference-executor';
import { Session } from '../../src/runtime/session';

/** The graph's ops, ready to run. */
export function lowered(graph: Graph): Program {
  return lowerProgram(graph, lowerBy(ALL_FAMILIES));
}

export function executable(graph: Graph): ExecutableModel {
  return {
    program: lowered(graph),
    shapes: analyzeShapes(graph),
    planners: plannersOf(ALL_FAMILIES),
    wavefronts,
  };
}

/**
 * Sessions of a model on a context that is there already, whose counts and bytes can be seen and whose kernels are compiled
 * once for all models. They leave the context alone.
 */
export function sessionsOn(
  context: GpuContext,
  graph: Graph,
  kernels: KernelOptions = {},
  { check = 'off', passBytes }: { readonly check?: CheckMode; readonly passBytes?: number } = {},
): (batch: number) => Session {
  const model = executable(graph);
  const gpuModel = new GpuModel(model, kernels, () => Promise.resolve(context), passBytes);
  return (batch) => {
    const executor = new GpuExecutor(gpuModel, batch);
    const held = check === 'off' ? executor : new CheckedExecutor(executor, model, batch, check);
    return new Session(model, held, batch, () => undefined);
  };
}

export function referenceSession(graph: Graph, batch: number): Session {
  const model = executable(graph);
  return new Session(model, new ReferenceExecutor(model, batch), batch, () => undefined);
}
