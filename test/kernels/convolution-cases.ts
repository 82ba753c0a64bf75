import { quantizedMultiplier } from '../../src/arith';
import type { ConvolutionLayout, ConvolutionParameters } from '../../src/contract/op-parameters';
import { convolutionLayout } from '../../src/lower/convolution';
import type { ConvolutionGeometry } from '../../src/model';
import { GraphBuilder } from '../support/graph-builder';
import type { Random } from '../support/random';

export interface ConvolutionCase extends ConvolutionGeometry {
  readonly name: string;
  /** `[images, height, width, channels]` */
  readonly input: readonly [number, number, number, number];
  readonly filter: readonly [height: number, width: number];
  readonly outputs: number;
}

export const ONE_BY_ONE = { stride: [1, 1], dilation: [1, 1], padding: 'valid' } as const;

/** Random weights and requantization for a case, and where its filter stands. */
export function randomConvolution(
  random: Random,
  kind: 'conv2d' | 'depthwiseConv2d',
  { input, filter, outputs, stride, dilation, padding }: ConvolutionCase,
): { parameters: ConvolutionParameters; layout: ConvolutionLayout } {
  const inputs = input[3];
  const [filterHeight, filterWidth] = filter;
  const parameters = {
    filterHeight,
    filterWidth,
    outputs,
    weights: random.int8(outputs * filterHeight * filterWidth * (kind === 'conv2d' ? inputs : 1)),
    bias: Int32Array.from({ length: outputs }, () => random.integer(-5000, 5000)),
    multipliers: Array.from({ length: outputs }, () =>
      quantizedMultiplier(random.integer(2 ** 30, 2 ** 31 - 1), random.integer(-10, -5)),
    ),
    inputZeroPoint: random.integer(-128, 127),
    outputZeroPoint: random.integer(-128, 127),
    outputRange: { min: -120, max: 125 },
  };
  const builder = new GraphBuilder();
  const base = {
    input: builder.input(input),
    weights: builder.tensor([]),
    bias: null,
    output: builder.tensor([]),
  };
  const geometry = { stride, dilation, padding, activation: 'none' } as const;
  const lowered =
    kind === 'conv2d'
      ? ({ kind, op: builder.op({ kind, ...base, ...geometry }), parameters } as const)
      : ({ kind, op: builder.op({ kind, ...base, ...geometry }), parameters } as const);
  return { parameters, layout: convolutionLayout(lowered, input) };
}
