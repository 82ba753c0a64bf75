import { channelQuadBytes, CHANNELS_PER_QUAD, packChannels } from '../../contract/channel-quads';
import { convolutionParams, convolutionParamsOf, outputPositions } from '../../contract/convolution-params';
import * as conv2d from '../../contract/kernels/conv2d';
import * as depthwise from '../../contract/kernels/depthwise_conv2d';
import type { ConvolutionLayout } from '../../contract/op-parameters';
import { packStruct } from '../../contract/struct-layout';
import type { LoweredConvolution } from '../../lower/convolution';
import { convolutionLayout } from '../../lower/convolution';
import { rowTile } from './lstm-kernels';
import type { BufferRange } from './plan';
import type { PlanBuilder } from './plan-builder';

const MOST_ROWS = 4;
const WORKGROUP = 64;

/** Plans a convolution of either kind. */
export function planConvolution(lowered: LoweredConvolution, builder: PlanBuilder): void {
  const layout = convolutionLayout(lowered, builder.shapeOf(lowered.op.input));
  if (lowered.kind === 'conv2d') planConv2d(lowered, layout, builder);
  else planDepthwiseConv2d(lowered, layout, builder);
}

function planConv2d(lowered: LoweredConvolution, layout: ConvolutionLayout, builder: PlanBuilder): void {
  const { op, parameters } = lowered;
  const positions = outputPositions(layout);
  const tile = { rows: rowTile(positions, MOST_ROWS), workgroup: WORKGROUP };
  const { filterHeight, filterWidth, outputs } = parameters;
  builder.push(
    builder.dispatch(
      conv2d.contract,
      { overrides: {}, constants: { ROWS: tile.rows, SLOTS: CHANNELS_PER_QUAD, WORKGROUP } },
      {
        bindings: {
          ...commonBindings(lowered, layout, builder),
          weights: builder.constant(`${op.name} weights`, conv2d.packedWeightBytes(parameters), () =>
            conv2d.packWeights(parameters),
          ),
          tap_offsets: builder.constant(`${op.name} tap offsets`, conv2d.tapOffsetBytes(parameters), () =>
            conv2d.packTapOffsets(parameters),
          ),
        },
        workgroups: conv2d.workgroups(parameters, layout, tile),
        work: positions * filterHeight * filterWidth * layout.channels * outputs,
      },
    ),
  );
}

function planDepthwiseConv2d(
  lowered: LoweredConvolution,
  layout: ConvolutionLayout,
  builder: PlanBuilder,
): void {
  const { op, parameters } = lowered;
  const { filterHeight, filterWidth, outputs } = parameters;
  builder.push(
    builder.dispatch(
      depthwise.contract,
      { overrides: {}, constants: { WORKGROUP } },
      {
        bindings: {
          ...commonBindings(lowered, layout, builder),
          weights: builder.constant(`${op.name} weights`, depthwise.packedWeightBytes(parameters), () =>
            depthwise.packWeights(parameters),
          ),
        },
        workgroups: depthwise.workgroups(parameters, layout, WORKGROUP),
        work: outputPositions(layout) * filterHeight * filterWidth * outputs,
      },
    ),
  );
}

function commonBindings(
  { op, parameters }: LoweredConvolution,
  layout: ConvolutionLayout,
  builder: PlanBuilder,
): Record<'params' | 'channels' | 'activation' | 'output', BufferRange> {
  return {
    params: builder.uniform(
      `${op.name} parameters`,
      packStruct(convolutionParams, convolutionParamsOf(parameters, layout)),
    ),
    channels: builder.constant(`${op.name} channels`, channelQuadBytes(parameters.outputs), () =>
      packChannels(parameters),
    ),
    activation: builder.value(op.input).range,
    output: builder.value(op.output).range,
  };
}
