import type { KernelContract } from '../../contract/kernel-contract';
import type { Bindable, BoundKernel, ComputeKernel, GpuBuffer, GpuContext, KernelBuffers } from '../../gpu';
import { CompletionTimes } from '../../gpu';
import { at } from '../../errors';
import type {
  GpuPlan,
  PlannedBinding,
  PlannedBuffer,
  PlannedCommand,
  PlannedDispatch,
  StatePair,
} from '../plan/plan';
import { submissions } from '../plan/submissions';
import type { Submission } from '../plan/submissions';

/** A dispatch with its buffers, for either role of the state buffers that it uses. */
export interface ReadyDispatch {
  readonly pair: StatePair | null;
  /** By the index of the pair's current buffer. */
  readonly bound: readonly [BoundKernel, BoundKernel];
}

/** A plan on a device: compiled kernels, buffers and bind groups, ready to be recorded again and again. */
export class MaterializedPlan {
  /** Of its calls. */
  readonly completionTimes = new CompletionTimes();
  readonly #owned: readonly GpuBuffer[];

  private constructor(
    readonly plan: GpuPlan,
    readonly submissions: readonly Submission[],
    readonly dispatches: ReadonlyMap<PlannedDispatch, ReadyDispatch>,
    readonly buffers: ReadonlyMap<string, GpuBuffer>,
  ) {
    this.#owned = [...buffers.values()];
  }

  /**
   * Compiles what is not compiled yet and makes the plan's own buffers.
   *
   * @param shared gives the buffers of the model and of the session
   * @throws ShaderError, DeviceLostError, or LimitError if there is no memory for it; no buffer of its own is left then.
   */
  static async create(
    plan: GpuPlan,
    context: GpuContext,
    shared: (buffer: PlannedBuffer) => GpuBuffer,
  ): Promise<MaterializedPlan> {
    const planned = uniqueDispatches(plan.commands);
    const kernels = await Promise.all(
      planned.map(({ contract, specialization }) => context.pipeline(contract, specialization)),
    );
    const owned = new Map<string, GpuBuffer>();
    try {
      const bufferOf = (buffer: PlannedBuffer): GpuBuffer =>
        buffer.lifetime === 'plan' ? ownedBuffer(buffer, context, owned) : shared(buffer);
      const dispatches = new Map(
        planned.map((dispatch, index) => [dispatch, bindDispatch(dispatch, at(kernels, index), bufferOf)]),
      );
      for (const { range } of plan.values.values()) bufferOf(range.buffer);
      for (const { hidden, cell } of plan.states) {
        hidden.buffers.forEach(bufferOf);
        bufferOf(cell.buffer);
      }
      // Whether there was memory for all this is known only now.
      await context.settle();
      const parts = [...submissions(plan.commands)];
      // A plan without commands still brings its results back.
      return new MaterializedPlan(plan, parts.length === 0 ? [[]] : parts, dispatches, owned);
    } catch (error) {
      for (const buffer of owned.values()) buffer.destroy();
      throw error;
    }
  }

  /** Frees the plan's own buffers. */
  dispose(): void {
    for (const buffer of this.#owned) buffer.destroy();
  }
}

function ownedBuffer(planned: PlannedBuffer, context: GpuContext, owned: Map<string, GpuBuffer>): GpuBuffer {
  const known = owned.get(planned.key);
  if (known !== undefined) return known;
  const made = context.createBuffer({
    label: planned.key,
    use: planned.usage,
    sizeBytes: planned.byteLength,
    ...(planned.contents === null ? {} : { data: planned.contents() }),
  });
  owned.set(planned.key, made);
  return made;
}

/** Bind groups of a dispatch, one for each role of the state buffers that it uses. */
function bindDispatch(
  dispatch: PlannedDispatch,
  kernel: ComputeKernel,
  bufferOf: (buffer: PlannedBuffer) => GpuBuffer,
): ReadyDispatch {
  const bindWith = (currentIndex: 0 | 1): BoundKernel => {
    const resolve = (binding: PlannedBinding): Bindable<'storage' | 'uniform'> =>
      'pair' in binding
        ? bufferOf(binding.pair.buffers[binding.role === 'current' ? currentIndex : otherIndex(currentIndex)])
        : { buffer: bufferOf(binding.buffer), offsetBytes: binding.offset, sizeBytes: binding.byteLength };
    const buffers = Object.fromEntries(
      Object.entries(dispatch.bindings).map(([name, binding]) => [name, resolve(binding)]),
    );
    // A plan's contracts are not known to the compiler one by one; `bind` checks names and uses.
    return kernel.bind(buffers as KernelBuffers<KernelContract>);
  };
  const pair = pairOf(dispatch);
  const first = bindWith(0);
  return { pair, bound: [first, pair === null ? first : bindWith(1)] };
}

export function otherIndex(index: 0 | 1): 0 | 1 {
  return index === 0 ? 1 : 0;
}

function uniqueDispatches(commands: readonly PlannedCommand[]): PlannedDispatch[] {
  return commands.flatMap((command) => {
    switch (command.kind) {
      case 'dispatch':
        return [command];
      case 'exchange':
      case 'copy':
        return [];
      case 'repeat':
        return command.body.filter((inner) => inner.kind === 'dispatch');
    }
  });
}

function pairOf({ bindings }: PlannedDispatch): StatePair | null {
  for (const binding of Object.values(bindings)) if ('pair' in binding) return binding.pair;
  return null;
}
