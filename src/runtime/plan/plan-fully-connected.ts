import { channelQuadBytes, CHANNELS_PER_QUAD, packChannels } from '../../contract/channel-quads';
import * as int8 from '../../contract/kernels/fully_connected';
import * as int16 from '../../contract/kernels/fully_connected_int16';
import type { KernelContract } from '../../contract/kernel-contract';
import type { Workgroups } from '../../contract/dispatch';
import type { DenseParameters, FullyConnectedParameters } from '../../contract/op-parameters';
import { packedQuadWords } from '../../contract/packing';
import { packStruct } from '../../contract/struct-layout';
import type { FullyConnectedOp } from '../../model';
import { rowTile } from './lstm-kernels';
import type { PlanBuilder } from './plan-builder';

const MOST_ROWS = 8;
const WORKGROUP = 64;

/** What the kernels for outputs of either type do not share. */
interface DenseKernel {
  readonly contract: KernelContract;
  /** Parameters for so many rows. */
  readonly params: (rows: number) => ArrayBuffer;
  readonly workgroups: (
    rows: number,
    outputs: number,
    tile: { rows: number; workgroup: number },
  ) => Workgroups;
}

/** Plans a dense layer; its rows are whatever is left of the input's elements, as TFLite flattens them. */
export function planFullyConnected(
  op: FullyConnectedOp,
  parameters: FullyConnectedParameters,
  builder: PlanBuilder,
): void {
  planDense(op, parameters, builder, {
    ...int8,
    params: (rows) => packStruct(int8.fullyConnectedParams, int8.paramsOf(parameters, rows)),
  });
}

/** {@link planFullyConnected} with int16 outputs. */
export function planFullyConnectedInt16(
  op: FullyConnectedOp,
  parameters: DenseParameters,
  builder: PlanBuilder,
): void {
  planDense(op, parameters, builder, {
    ...int16,
    params: (rows) => packStruct(int16.fullyConnectedInt16Params, int16.paramsOf(parameters, rows)),
  });
}

function planDense(
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
            () => int8.packWeights(parameters),
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
