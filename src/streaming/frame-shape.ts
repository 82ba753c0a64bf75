import { InputError } from '../errors';
import { elementCount, shapeSizes } from '../model/shapes';
import { describeShape } from '../model/shapes/input-sizes';
import type { Model } from '../runtime/model';
import type { ModelEnd } from '../runtime/model-end';

/** What one frame of a stream is to a model. */
export interface FrameShape {
  /** Timesteps of a frame. */
  readonly timesteps: number;
  /** Elements of a frame: the features of its timesteps, row-major. */
  readonly inputElements: number;
}

/**
 * The frames that a model takes, one batch row each.
 *
 * @param timesteps of a frame; null for as many as the model fixes, or 1
 * @throws InputError if the model has several inputs or outputs, or lays rows out so that a frame is not one stretch of them.
 */
export function frameShape(model: Model, timesteps: number | null): FrameShape {
  const [input, ...otherInputs] = model.inputs;
  const [output, ...otherOutputs] = model.outputs;
  if (input === undefined || output === undefined || otherInputs.length + otherOutputs.length > 0) {
    throw new InputError(
      'a stream pool needs a model of one input and one output; ' +
        `this one has ${model.inputs.length} and ${model.outputs.length}`,
    );
  }
  const { fixedBecause, inFile } = model.timesteps;
  const chosen = timesteps ?? (fixedBecause === null ? 1 : inFile);
  if (!Number.isSafeInteger(chosen) || chosen < 1) {
    throw new InputError(`timesteps is ${chosen}; a whole number of at least 1 is expected`);
  }
  if (fixedBecause !== null && chosen !== inFile) {
    throw new InputError(`timesteps is ${chosen}, but this model runs with ${inFile} only: ${fixedBecause}`);
  }
  requireWholeRows(input, chosen);
  requireWholeRows(output, chosen);
  return {
    timesteps: chosen,
    inputElements: elementCount(shapeSizes(input.shape, { batch: 1, timesteps: chosen })),
  };
}

function requireWholeRows({ name, shape }: ModelEnd, timesteps: number): void {
  const factors = shape.flat().filter((factor) => factor !== 'time' || timesteps > 1);
  if (factors[0] === 'batch') return;
  throw new InputError(
    `"${name}" is laid out as ${describeShape(shape)}, so that a frame of ${timesteps} timesteps is not one stretch of it; ` +
      'use a batch-major model, or frames of one timestep',
  );
}
