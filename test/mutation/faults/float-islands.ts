import type { FaultGroup } from '../fault';
import { faultsIn } from '../fault';

/** The ops of float islands. */
export const FLOAT_ISLANDS: readonly FaultGroup[] = [
  {
    testFile: 'test/kernels/float_quantize.gpu.test.ts',
    faults: faultsIn(
      'kernels/float_quantize.wgsl',
      [
        'a value on a threshold falls below it',
        'if (x >= params.thresholds[last',
        'if (x > params.thresholds[last',
      ],
      ['the bisection ends one step early', 'step > 0u; step /= 2u', 'step > 1u; step /= 2u'],
      ['rows are as long as their padding', '* params.row_elements;', '* params.row_words * 4u;'],
      [
        'the padding holds the next row',
        'if (column < params.row_elements) {',
        'if (column <= params.row_elements) {',
      ],
    ),
  },
  {
    testFile: 'test/kernels/float_dequantize.gpu.test.ts',
    faults: faultsIn(
      'kernels/float_dequantize.wgsl',
      ['the zero point is added', 'f32(value - params.zero_point)', 'f32(value + params.zero_point)'],
      [
        'int8 is read without its sign',
        'extractBits(i32(word), 8u * (column % 4u), 8u)',
        'i32(extractBits(word, 8u * (column % 4u), 8u))',
      ],
      [
        'the padding of rows is not skipped',
        'index / params.row_elements * params.row_words + column / 4u',
        'index / 4u',
      ],
    ),
  },
  {
    testFile: 'test/kernels/float_unary.gpu.test.ts',
    faults: faultsIn(
      'kernels/float_unary.wgsl',
      ['tanh forgets the sign', 'return sign(x) * (1.0 - e)', 'return (1.0 - e)'],
      ['tanh is that of half its argument', 'exp(-2.0 * abs(x))', 'exp(-abs(x))'],
      ['the logistic function falls', 'select(e, 1.0, x >= 0.0)', 'select(1.0, e, x >= 0.0)'],
      ['a hard swish saturates at 3', 'clamp(x + 3.0, 0.0, 6.0)', 'clamp(x + 3.0, 0.0, 3.0)'],
      [
        'the slope is on the wrong half',
        'select(params.slope * x, x, x >= 0.0)',
        'select(x, params.slope * x, x >= 0.0)',
      ],
      ['the logarithm is to the base 2', 'return log(x);', 'return log2(x);'],
      ['a reciprocal root is a root', 'return inverseSqrt(x);', 'return sqrt(x);'],
      ['the lower bound is missing', 'params.low, params.high)', '-3.0e38, params.high)'],
    ),
  },
  {
    testFile: 'test/kernels/float_binary.gpu.test.ts',
    faults: faultsIn(
      'kernels/float_binary.wgsl',
      ['a difference is turned around', 'case SUBTRACT { return a - b; }', 'case SUBTRACT { return b - a; }'],
      ['a quotient is turned around', 'return a / b;', 'return b / a;'],
      ['a squared difference is not squared', '(a - b) * (a - b)', 'abs(a - b)'],
      ['the right operand is not broadcast', 'column * params.right_column_stride', 'column'],
      [
        'the right operand has the left one’s rows',
        'box_offset(coordinates, params.right_strides)',
        'box_offset(coordinates, params.left_strides)',
      ],
      ['the bounds are missing', 'clamp(combine(a, b), params.low, params.high)', 'combine(a, b)'],
    ),
  },
  {
    testFile: 'test/kernels/float_mean.gpu.test.ts',
    faults: faultsIn(
      'kernels/float_mean.wgsl',
      ['the average lacks its last term', 'term < params.terms; term', 'term + 1u < params.terms; term'],
      [
        'only the first workgroup’s width of terms counts',
        'term < params.terms; term',
        'term < min(params.terms, WORKGROUP); term',
      ],
      ['the average is a sum', 'partial[0] / f32(params.terms)', 'partial[0]'],
      ['terms are taken next to each other', 'column * params.reduced_column_stride', 'column'],
      [
        'the sum lacks half its parts',
        'partial[lane] += partial[lane + width];',
        'partial[lane] += partial[width];',
      ],
    ),
  },
  {
    testFile: 'test/kernels/float_fully_connected.gpu.test.ts',
    faults: faultsIn(
      'kernels/float_fully_connected.wgsl',
      ['the dense layer forgets its bias', 'var sum = bias[output];', 'var sum = 0.0;'],
      ['all rows are the first', 'index / params.outputs * params.inputs', '0u'],
      ['the last input is left out', 'input < params.inputs; input++', 'input + 1u < params.inputs; input++'],
      [
        'weights are read as they are in the file',
        'weights[input * params.outputs + output]',
        'weights[output * params.inputs + input]',
      ],
      ['the activation is missing', 'clamp(sum, params.low, params.high)', 'sum'],
    ),
  },
  {
    testFile: 'test/kernels/float_conv2d.gpu.test.ts',
    faults: faultsIn(
      'kernels/float_conv2d.wgsl',
      ['the convolution forgets its bias', 'var sum = bias[output];', 'var sum = 0.0;'],
      ['the stride is 1', 'position * params.stride', 'position'],
      ['the dilation is 1', 'vec2<u32>(row, column) * params.dilation', 'vec2<u32>(row, column)'],
      ['the filter begins on the image', ' - params.padding;', ';'],
      [
        'a depthwise filter sees the first channel',
        ' * params.channels + first_channel;',
        ' * params.channels;',
      ],
      ['all images are the first', '(image * params.input_size.x + step.x)', '(step.x)'],
      ['a full filter sees one channel', 'term < params.terms; term++', 'term < 1u; term++'],
      ['the activation is missing', 'clamp(sum, params.low, params.high)', 'sum'],
    ),
  },
  {
    testFile: 'test/kernels/float_softmax.gpu.test.ts',
    faults: faultsIn(
      'kernels/float_softmax.wgsl',
      ['the maximum begins at zero', 'var maximum = source[row_start];', 'var maximum = 0.0;'],
      ['beta is left out of the sum', 'sum += exp(params.beta * (', 'sum += exp(('],
      [
        'a row’s sum lacks half its parts',
        'partial[lane] += partial[lane + width];',
        'partial[lane] += partial[width];',
      ],
      ['exponentials are not divided', ' - maximum)) / sum;', ' - maximum));'],
    ),
  },
  {
    testFile: 'test/kernels/move_words.gpu.test.ts',
    faults: faultsIn(
      'kernels/move_words.wgsl',
      ['columns are copied forwards only', 'column * params.source_column_stride', 'column'],
      ['the source’s start is ignored', 'params.source_start + box_offset', 'box_offset'],
      ['the destination’s start is ignored', 'params.destination_start + box_offset', 'box_offset'],
      ['a fill copies', 'if (params.fills == 0u) {', 'if (params.fills != 2u) {'],
    ),
  },
];
