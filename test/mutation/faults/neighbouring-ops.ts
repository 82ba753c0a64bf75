import type { FaultGroup } from '../fault';
import { faultsIn } from '../fault';

/** The ops around LSTM layers. */
export const NEIGHBOURING_OPS: readonly FaultGroup[] = [
  {
    testFile: 'test/kernels/fully_connected_int16.gpu.test.ts',
    faults: faultsIn(
      'kernels/fully_connected_int16.wgsl',
      ['16-bit sums saturate to 8 bits', 'quad, 0, -32768, 32767)', 'quad, 0, -128, 127)'],
      ['the 16-bit dense layer forgets its bias', 'sums[row] + quad.bias, quad', 'sums[row], quad'],
      [
        '16-bit output channels past the last one are written',
        'min(CHANNELS_PER_QUAD, params.outputs - first_channel)',
        'CHANNELS_PER_QUAD',
      ],
      [
        '16-bit output rows are as long as their quads',
        '(first_row + row) * params.outputs + first_channel',
        '(first_row + row) * params.quads * CHANNELS_PER_QUAD + first_channel',
      ],
    ),
  },
  {
    testFile: 'test/kernels/logistic_int16.gpu.test.ts',
    faults: faultsIn(
      'kernels/logistic_int16.wgsl',
      ['the mask is the sum itself', 'logistic_q3_12(source[index])', 'source[index]'],
      ['elements past the last one are written', 'index >= params.elements', 'index > params.elements'],
    ),
  },
  {
    testFile: 'test/kernels/fully_connected.gpu.test.ts',
    faults: [
      ...faultsIn(
        'kernels/fully_connected.wgsl',
        ['the dense layer forgets its bias', 'sums[row] + quad.bias,', 'sums[row],'],
        ['rows past the last one of a tile are written', 'min(ROWS, params.rows - first_row)', 'ROWS'],
        [
          'output channels past the last one are not masked',
          'mask_row_end(pack_i8(values), word, params.outputs);',
          'pack_i8(values);',
        ],
        [
          'output rows are as long as input rows',
          '(first_row + row) * params.output_words + word]',
          '(first_row + row) * params.input_blocks * 2u + word]',
        ],
        [
          'only the first tile of rows is computed',
          '(workgroup.z * workgroups.y + workgroup.y) * ROWS',
          'workgroup.z * workgroups.y * ROWS',
        ],
      ),
      ...faultsIn(
        'lib/channel_quad.wgsl',
        [
          'channels share the first one’s multiplier',
          'sums.y, quad.multiplier.y,',
          'sums.y, quad.multiplier.x,',
        ],
        [
          'channels share the first one’s shift',
          'quad.multiplier.z, quad.shift.z',
          'quad.multiplier.z, quad.shift.x',
        ],
        ['the output zero point is missing', 'clamp(scaled + zero_point,', 'clamp(scaled,'],
        [
          'the activation’s lower bound is missing',
          'vec4<i32>(lowest), vec4<i32>(highest)',
          'vec4<i32>(-128), vec4<i32>(highest)',
        ],
      ),
      ...faultsIn(
        'lib/quad_product.wgsl',
        ['the last block of a row is left out', 'block < blocks; block++', 'block + 1u < blocks; block++'],
        [
          'the second and third row of a quad change places',
          'weight_at(index + (SLOTS - 3u) * QUADS_PER_TILE);',
          'weight_at(index + (SLOTS - 2u) * QUADS_PER_TILE);',
        ],
        [
          'blocks follow each other too closely',
          'index += SLOTS * QUADS_PER_TILE;',
          'index += (SLOTS - 1u) * QUADS_PER_TILE;',
        ],
      ),
      ...faultsIn(
        'lib/quads.wgsl',
        [
          'half of a block is left out',
          'dot4_i8(weights.x, activation.x, dot4_i8(weights.y, activation.y, accumulator))',
          'dot4_i8(weights.x, activation.x, accumulator)',
        ],
        [
          'all tiles of weights are the first',
          '(quad / QUADS_PER_TILE) * blocks * SLOTS * QUADS_PER_TILE + quad % QUADS_PER_TILE;',
          'quad % QUADS_PER_TILE;',
        ],
      ),
    ],
  },
  {
    testFile: 'test/kernels/softmax.gpu.test.ts',
    faults: faultsIn(
      'kernels/softmax.wgsl',
      ['the maximum is not subtracted', 'vec4<i32>(maximum) - values', 'vec4<i32>(127) - values'],
      [
        'logits past the row’s end raise the maximum',
        'select(vec4<i32>(-128), values, elements',
        'select(vec4<i32>(0), values, elements',
      ],
      [
        'terms past the row’s end are added',
        'if (word * 4u + i < params.classes) {',
        'if (word * 4u + i <= params.classes) {',
      ],
      [
        'the sum of a row lacks half its parts',
        'partial[lane] += partial[lane + width];',
        'partial[lane] += partial[width];',
      ],
      [
        'long rows are normalised in their first words only',
        'word < params.row_words; word += WORKGROUP) {',
        'word < min(params.row_words, WORKGROUP); word += WORKGROUP) {',
      ],
    ),
  },
  {
    testFile: 'test/kernels/lookup.gpu.test.ts',
    faults: faultsIn(
      'kernels/lookup.wgsl',
      [
        'the table is read by signed values',
        'params.table[pattern / 16u]',
        'params.table[(pattern ^ 0x80u) / 16u]',
      ],
      [
        'a table entry is read from the wrong byte',
        '>> (8u * (pattern % 4u))',
        '>> (8u * (3u - pattern % 4u))',
      ],
      [
        'the padding of a row is looked up',
        'mask_row_end(pack_i8(values), index % params.row_words, params.row_elements)',
        'pack_i8(values)',
      ],
    ),
  },
  {
    testFile: 'test/kernels/gather.gpu.test.ts',
    faults: faultsIn(
      'kernels/gather.wgsl',
      ['rows are copied in order', 'table[indices[row] * params.row_words', 'table[row * params.row_words'],
      ['the last row is left out', 'if (row >= params.rows) {', 'if (row + 1u >= params.rows) {'],
    ),
  },
  {
    testFile: 'test/kernels/move.gpu.test.ts',
    faults: [
      ...faultsIn(
        'kernels/move.wgsl',
        [
          'what shares a word with the box is cleared',
          '} else if (column < params.destination_row_elements) {',
          '} else if (column >= params.destination_row_elements) {',
        ],
        [
          'the source’s padding is not skipped',
          '/ params.source_row_elements * params.source_row_words + column',
          '/ params.source_row_elements * (params.source_row_words - 1u) + column',
        ],
        [
          'columns are copied forwards only',
          'i32(box_column) * params.source_column_stride',
          'i32(box_column)',
        ],
        [
          'a box is one column too wide',
          'if (box_column < params.columns) {',
          'if (box_column <= params.columns) {',
        ],
        ['a fill copies', 'if (params.fills == 1u) {', 'if (params.fills == 2u) {'],
        ['the source’s start is ignored', 'params.source_start + box_offset', 'box_offset'],
      ),
      ...faultsIn('lib/linear_workgroup.wgsl', [
        'only the first row of a grid counts',
        'workgroup.y * workgroups.x + workgroup.x',
        'workgroup.x',
      ]),
    ],
  },
  {
    testFile: 'test/kernels/binary.gpu.test.ts',
    faults: [
      ...faultsIn(
        'lib/box.wgsl',
        [
          'a box’s third dimension is taken for its second',
          'rest_of_2 % sizes.y, rest_of_3',
          'rest_of_2 % sizes.z, rest_of_3',
        ],
        ['a box lacks its first dimension', 'return steps.x + steps.y', 'return steps.y'],
      ),
      ...faultsIn(
        'kernels/binary.wgsl',
        ['a difference is a sum', 'select(right_term, -right_term, operation == SUBTRACT)', 'right_term'],
        ['the right operand’s zero point is missing', 'right_value - params.right_zero_point', 'right_value'],
        [
          'operands are not scaled up before they are requantized',
          'left_difference << SUM_SHIFT',
          'left_difference << (SUM_SHIFT - 1u)',
        ],
        [
          'a repeated operand is not repeated',
          'select(values, vec4<i32>(values.x), params.left_repeats == 1u)',
          'values',
        ],
        [
          'the fused activation is missing',
          'return clamp(value, params.output_min, params.output_max);',
          'return clamp(value, -128, 127);',
        ],
      ),
    ],
  },
  {
    testFile: 'test/kernels/mean.gpu.test.ts',
    faults: faultsIn(
      'kernels/mean.wgsl',
      [
        'the average’s input zero point is missing',
        'source_at(u32(element)) - params.input_zero_point',
        'source_at(u32(element))',
      ],
      [
        'the average lacks its last element',
        'column < params.reduced_columns; column++',
        'column + 1u < params.reduced_columns; column++',
      ],
      [
        'the average’s elements are taken next to each other',
        'element += params.reduced_column_stride;',
        'element += 1;',
      ],
      [
        'the average is not saturated',
        'return clamp(multiply_by_quantized_multiplier(sum, params.multiplier, params.shift) + params.output_zero_point, -128, 127);',
        'return multiply_by_quantized_multiplier(sum, params.multiplier, params.shift) + params.output_zero_point;',
      ],
    ),
  },
  {
    testFile: 'test/kernels/conv2d.gpu.test.ts',
    faults: [
      ...faultsIn(
        'kernels/conv2d.wgsl',
        ['filter elements outside the image count', 'inside[row] = is_inside(pixel);', 'inside[row] = true;'],
        [
          'the input’s zero point is missing',
          'products[row] + offset, inside[row]',
          'products[row], inside[row]',
        ],
        ['the filter lacks its last element', 'tap < taps; tap++', 'tap + 1u < taps; tap++'],
      ),
      ...faultsIn(
        'lib/convolution.wgsl',
        ['the stride is ignored', 'vec2<i32>(output * params.stride)', 'vec2<i32>(output)'],
        ['the padding is added', ' - vec2<i32>(params.padding)', ' + vec2<i32>(params.padding)'],
        ['the dilation is ignored', 'tap * params.dilation', 'tap'],
        ['every image is the first', 'image * params.input_size.x * params.input_size.y,', '0u,'],
        [
          'the filter reaches past the image’s end',
          'all(pixel < vec2<i32>(params.input_size))',
          'all(pixel <= vec2<i32>(params.input_size))',
        ],
      ),
    ],
  },
  {
    testFile: 'test/kernels/depthwise_conv2d.gpu.test.ts',
    faults: faultsIn(
      'kernels/depthwise_conv2d.wgsl',
      [
        'outputs of one channel are counted round all channels',
        'min(vec4<u32>(word * 4u) + vec4<u32>(0u, 1u, 2u, 3u), last) / params.depth_multiplier',
        'min(vec4<u32>(word * 4u) + vec4<u32>(0u, 1u, 2u, 3u), last) % params.depth_multiplier',
      ],
      ['the depthwise input zero point is missing', ' - params.input_zero_point;', ';'],
      [
        'filter rows and columns change places',
        'vec2<u32>(tap / params.filter_size.y, tap % params.filter_size.y)',
        'vec2<u32>(tap % params.filter_size.x, tap / params.filter_size.x)',
      ],
      ['the filter is applied outside the image', 'if (is_inside(pixel)) {', 'if (true) {'],
    ),
  },
];
