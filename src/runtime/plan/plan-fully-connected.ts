import { channelQuadBytes, CHANNELS_PER_QUAD, packChannels } from '../../contract/channel-quads';
import {
  contract,
  fullyConnectedParams,
  packWeights,
  paramsOf,
  workgroups,
} from '../../contract/kernels/fully_connected';
import type { FullyConnectedParameters } from '../../contract/op-parameters';
import { packedQuadWords } from '../../contract/packing';
import { packStruct } from '../../contract/struct-layout';
import type { FullyConnectedOp } from '../../model';
import { rowTile } from './lstm-kernels';
import type { PlanBuilder } from './plan-builder';

const MOST_ROWS = 8;
const WORKGROUP = 64;

/** Plans a dense layer; its rows are whatever is left of the input's elements, as TFLite flattens them. */
export function planFullyConnected(
  op: FullyConnectedOp,
  parameters: FullyConnectedParameters,
  builder: PlanBuilder,
): void {
  const { inputs, outputs } = parameters;
  const input = builder.value(op.input);
  const output = builder.value(op.output);
  const rows = (input.rows * input.rowElements) / inputs;
  const tile = { rows: rowTile(rows, MOST_ROWS), workgroup: WORKGROUP };
  const quads = Math.ceil(outputs / CHANNELS_PER_QUAD);
  builder.push(
    builder.dispatch(
      contract,
      { overrides: {}, constants: { ROWS: tile.rows, SLOTS: CHANNELS_PER_QUAD, WORKGROUP } },
      {
        bindings: {
          params: builder.uniform(
            `${op.name} parameters`,
            packStruct(fullyConnectedParams, paramsOf(parameters, rows)),
          ),
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
        workgroups: workgroups(rows, outputs, tile),
        work: rows * inputs * outputs,
      },
    ),
  );
}
