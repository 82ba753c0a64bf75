import type { KernelContract } from '../../contract/kernel-contract';
import type { Bindable, BoundKernel, GpuBuffer, GpuContext, KernelBuffers } from '../../gpu';
import { at } from '../../errors';
import type {
  BufferRange,
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
    const bufferOf = (buffer: PlannedBuffer): GpuBuffer => {
      if (buffer.lifetime !== 'plan') return shared(buffer);
      const known = owned.get(buffer.key);
      if (known !== undefined) return known;
      const made = context.createBuffer({
        label: buffer.key,
        use: buffer.usage,
        sizeBytes: buffer.byteLength,
        ...(buffer.contents === null ? {} : { data: buffer.contents() }),
      });
      owned.set(buffer.key, made);
      return made;
    };
    const rangeOf = ({ buffer, offset, byteLength }: BufferRange): Bindable<'storage' | 'uniform'> => ({
      buffer: bufferOf(buffer),
      offsetBytes: offset,
      sizeBytes: byteLength,
    });
    const dispatches = new Map<PlannedDispatch, ReadyDispatch>();
    planned.forEach((dispatch, index) => {
      const bindWith = (currentIndex: 0 | 1): BoundKernel => {
        const resolve = (binding: PlannedBinding): Bindable<'storage' | 'uniform'> =>
          'pair' in binding
            ? bufferOf(
                binding.pair.buffers[binding.role === 'current' ? currentIndex : otherIndex(currentIndex)],
              )
            : rangeOf(binding);
        const buffers = Object.fromEntries(
          Object.entries(dispatch.bindings).map(([name, binding]) => [name, resolve(binding)]),
        );
        // A plan's contracts are not known to the compiler one by one; `bind` checks names and uses.
        return at(kernels, index).bind(buffers as KernelBuffers<KernelContract>);
      };
      const pair = pairOf(dispatch);
      const first = bindWith(0);
      dispatches.set(dispatch, { pair, bound: [first, pair === null ? first : bindWith(1)] });
    });
    for (const { range } of plan.values.values()) bufferOf(range.buffer);
    for (const { hidden, cell } of plan.states) {
      hidden.buffers.forEach(bufferOf);
      bufferOf(cell.buffer);
    }
    return new MaterializedPlan(plan, [...submissions(plan.commands)], dispatches, owned);
  }

  /** Frees the plan's own buffers. */
  dispose(): void {
    for (const buffer of this.#owned) buffer.destroy();
  }
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
