import { channelQuadBytes, CHANNELS_PER_QUAD, packChannels } from '../../contract/channel-quads';
import { packWeights } from '../../contract/kernels/fully_connected';
import type { KernelContract } from '../../contract/kernel-contract';
import type { Workgroups } from '../../contract/dispatch';
import type { DenseParameters } from '../../contract/op-parameters';
import { packedQuadWords } from '../../contract/packing';
import type { FullyConnectedOp } from '../../model';
import { rowTile } from './lstm-kernels';
import type { PlanBuilder } from './plan-builder';

const MOST_ROWS = 8;
const WORKGROUP = 64;

/** What the kernels for outputs of either type do not share. */
export interface DenseKernel {
  readonly contract: KernelContract;
  /** Parameters for so many rows. */
  readonly params: (rows: number) => ArrayBuffer;
  readonly workgroups: (
    rows: number,
    outputs: number,
    tile: { rows: number; workgroup: number },
  ) => Workgroups;
}

/** Plans a dense layer by its kernel; its rows are whatever is left of the input's elements, as TFLite flattens them. */
export function planDense(
  op: FullyConnectedOp,
  parameters: DenseParameters,
  builder: PlanBuilder,
  kernel: DenseKernel,
): void {
  const { inputs, outputs } = parameters;
  const input = builder.value(op.input);
  const output = builder.value(op.output);
  const rows = (input.rows * input.rowElements) / inputs;
  const tile = { rows: rowTile(rows, MOST_ROWS), workgroup: WORKGROUP };
  const quads = Math.ceil(outputs / CHANNELS_PER_QUAD);
  builder.push(
    builder.dispatch(
      kernel.contract,
      { overrides: {}, constants: { ROWS: tile.rows, SLOTS: CHANNELS_PER_QUAD, WORKGROUP } },
      {
        bindings: {
          params: builder.uniform(`${op.name} parameters`, kernel.params(rows)),
          weights: builder.constant(
            `${op.name} weights`,
            packedQuadWords({ quads, slots: CHANNELS_PER_QUAD, depth: inputs }) * 4,
            () => packWeights(parameters),
          ),
          channels: builder.constant(`${op.name} channels`, channelQuadBytes(outputs), () =>
            packChannels(parameters),
          ),
          activation: input.range,
          output: output.range,
        },
        workgroups: kernel.workgroups(rows, outputs, tile),
        work: rows * inputs * outputs,
      },
    ),
  );
}
