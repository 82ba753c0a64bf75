import { at, InputError } from '../../errors';
import { GATES } from '../../model';
import type { LayerTrace } from '../../index';
import type { CallTrace, TracedOutput } from './call-trace';
import { STAGES } from './call-trace';

/** Where two traces first differ, in the order of computation. */
export interface Divergence {
  readonly call: number;
  /** Name of the layer, with its direction where it has two; or of the model's output. */
  readonly layer: string;
  /** In the order of computation; null in an output. */
  readonly timestep: number | null;
  readonly batchRow: number | null;
  /** Gate and stage, such as `forget gate pre-activation`; `output` in an output. */
  readonly stage: string;
  /** Unit of the layer, or position in the output. */
  readonly unit: number;
  readonly left: number;
  readonly right: number;
}

/** How much of one array differs. */
export interface StageCount {
  readonly call: number;
  readonly layer: string;
  readonly stage: string;
  readonly differing: number;
  readonly compared: number;
}

export interface TraceComparison {
  readonly first: Divergence | null;
  readonly stages: readonly StageCount[];
  readonly differing: number;
  readonly compared: number;
}

/**
 * Compares two traces value by value.
 *
 * @throws InputError if they are not of the same model and inputs: other calls, layers, sizes or outputs.
 */
export function compareTraces(left: readonly CallTrace[], right: readonly CallTrace[]): TraceComparison {
  if (left.length !== right.length) throw unlike('calls', left.length, right.length);
  let first: Divergence | null = null;
  const stages: StageCount[] = [];
  left.forEach((leftCall, call) => {
    const rightCall = at(right, call);
    checkAlike(call, leftCall, rightCall);
    leftCall.layers.forEach((layer, index) => {
      const other = at(rightCall.layers, index);
      first ??= firstInLayer(call, layer, other);
      stages.push(...countLayer(call, layer, other));
    });
    leftCall.outputs.forEach((output, index) => {
      const other = at(rightCall.outputs, index);
      first ??= firstInOutput(call, output, other);
      stages.push({
        call,
        layer: output.name,
        stage: 'output',
        differing: countDifferences(output.data, other.data),
        compared: output.data.length,
      });
    });
  });
  return {
    first,
    stages,
    differing: stages.reduce((sum, { differing }) => sum + differing, 0),
    compared: stages.reduce((sum, { compared }) => sum + compared, 0),
  };
}

function firstInLayer(call: number, left: LayerTrace, right: LayerTrace): Divergence | null {
  const { layer, timesteps, batch, units } = left;
  for (let timestep = 0; timestep < timesteps; timestep++) {
    for (const { stage, file, perGate } of STAGES) {
      const rowElements = (perGate ? 4 : 1) * units;
      const start = timestep * batch * rowElements;
      for (let index = 0; index < batch * rowElements; index++) {
        const values = [at(left[stage], start + index), at(right[stage], start + index)] as const;
        if (values[0] === values[1]) continue;
        const inRow = index % rowElements;
        const gate = perGate ? `${at(GATES, Math.floor(inRow / units))} gate ` : '';
        return {
          call,
          layer,
          timestep,
          batchRow: Math.floor(index / rowElements),
          stage: gate + file,
          unit: inRow % units,
          left: values[0],
          right: values[1],
        };
      }
    }
  }
  return null;
}

function countLayer(call: number, left: LayerTrace, right: LayerTrace): StageCount[] {
  return STAGES.map(({ stage, file }) => ({
    call,
    layer: left.layer,
    stage: file,
    differing: countDifferences(left[stage], right[stage]),
    compared: left[stage].length,
  }));
}

function firstInOutput(call: number, left: TracedOutput, right: TracedOutput): Divergence | null {
  for (let unit = 0; unit < left.data.length; unit++) {
    const values = [at(left.data, unit), at(right.data, unit)] as const;
    if (values[0] === values[1]) continue;
    return {
      call,
      layer: left.name,
      timestep: null,
      batchRow: null,
      stage: 'output',
      unit,
      left: values[0],
      right: values[1],
    };
  }
  return null;
}

function countDifferences(left: ArrayLike<number>, right: ArrayLike<number>): number {
  let count = 0;
  for (let index = 0; index < left.length; index++) if (left[index] !== right[index]) count += 1;
  return count;
}

function checkAlike(call: number, left: CallTrace, right: CallTrace): void {
  const layers = [left, right].map((trace) => trace.layers.map(describeLayer).join('; '));
  if (layers[0] !== layers[1]) throw unlike(`call ${call}: layers`, layers[0], layers[1]);
  const outputs = [left, right].map((trace) => trace.outputs.map(describeOutput).join('; '));
  if (outputs[0] !== outputs[1]) throw unlike(`call ${call}: outputs`, outputs[0], outputs[1]);
}

function describeLayer({ layer, timesteps, batch, units }: LayerTrace): string {
  return `${layer} with ${timesteps} timesteps, batch ${batch}, ${units} units`;
}

function describeOutput({ name, shape }: TracedOutput): string {
  return `${name} [${shape.join(', ')}]`;
}

function unlike(what: string, left: unknown, right: unknown): InputError {
  return new InputError(
    `the traces are not of the same model and inputs: ${what}: ${String(left)} in one, ${String(right)} in the other`,
  );
}
