import { InputError, Octogate } from 'octogate';
import type { Model, Session } from 'octogate';
import { inspectModel } from 'octogate/inspect';
import { createNodeGpu } from 'octogate/node';
import { calibrate } from 'octogate/quantize';
import { FrameBridge, StreamPool } from 'octogate/streaming';
import type {} from 'octogate/streaming/worklet';

/** Compiles only if every entry point has its types, and none of them is `any`. */
export async function run(bytes: Uint8Array, frames: Int8Array): Promise<Int8Array> {
  const model: Model = await Octogate.load(bytes, { gpu: await createNodeGpu(), check: 'sample' });
  // @ts-expect-error the backend is a word
  const backend: number = model.backend;
  const session: Session = model.createSession({ batch: 1 });
  // @ts-expect-error there is no such option
  await session.run(frames, { speed: 2 });
  if (backend === 0) throw new InputError('never');
  // @ts-expect-error none of these takes a number
  void [() => inspectModel(1), () => calibrate(1), () => new StreamPool(1), () => new FrameBridge(1)];
  return session.run(frames);
}
