import type { FaultGroup } from '../fault';
import { faultsIn } from '../fault';

const TEST_FILE = 'test/runtime/lstm-stages.gpu.test.ts';
const RESIDENT_TEST_FILE = 'test/kernels/lstm_resident.gpu.test.ts';
const WAVEFRONT_TEST_FILE = 'test/kernels/wave_product.gpu.test.ts';
const FRAME_TEST_FILE = 'test/kernels/lstm_frame.gpu.test.ts';

/** What the kernels of all layers and both paths share. */
const SHARED: readonly FaultGroup[] = [
  {
    testFile: TEST_FILE,
    testName: 'more cells than a workgroup (step)',
    faults: [
      ...faultsIn(
        'lib/row_tile_product_subgroup.wgsl',
        ['shared rows miss the last block', 'block < blocks; block++', 'block + 1u < blocks; block++'],
        [
          'a shared single row misses its 8th block',
          'min(SHARERS, blocks - first)',
          'min(SHARERS - 1u, blocks - first)',
        ],
      ),
      ...faultsIn(
        'kernels/input_product.wgsl',
        ['the input side has no bias', 'sums[row] + unit_bias', 'sums[row]'],
        [
          'the input side is requantized like the recurrent one',
          'params.directions[direction].input_multiplier',
          'params.directions[direction].recurrent_multiplier',
        ],
      ),
      ...faultsIn(
        'lib/lstm_cell.wgsl',
        [
          'the forget gate is requantized like the cell gate',
          '(accumulators.y, multiplier.y, shift.y)',
          '(accumulators.y, multiplier.z, shift.z)',
        ],
        ['a negative input gate spills into the forget gate', '(bits.x & 0xffffu)', 'bits.x'],
        [
          'cell and output gate change places',
          'extractBits(bits.y, 0u, 16u), bits.y >> 16u)',
          'bits.y >> 16u, extractBits(bits.y, 0u, 16u))',
        ],
      ),
      ...faultsIn(
        'lib/lstm_update.wgsl',
        [
          'input and forget gate change places',
          'update_cell_state(gates.y, gates.x, gates.z',
          'update_cell_state(gates.x, gates.y, gates.z',
        ],
        [
          'the cell gate is read as Q4.11',
          'tanh_q0_15(pre_activation.z, 3)',
          'tanh_q0_15(pre_activation.z, 4)',
        ],
        [
          'the cell gate is a logistic',
          'tanh_q0_15(pre_activation.z, 3)',
          'logistic_q3_12(pre_activation.z)',
        ],
        [
          'the input gate opens as the output gate does',
          'logistic_q3_12(pre_activation.x)',
          'logistic_q3_12(pre_activation.w)',
        ],
      ),
      ...faultsIn('lib/lstm_output.wgsl', [
        'the clock returns to 0 one timestep late',
        'timestep + 1u == params.timesteps)',
        'timestep == params.timesteps)',
      ]),
      ...faultsIn(
        'kernels/lstm_step.wgsl',
        ['the recurrent side of a step has no bias', 'products[row] + recurrent_bias', 'products[row]'],
        ['the clock stands still', 'state_out[0] = next_timestep(timestep);', 'state_out[0] = timestep;'],
      ),
      ...faultsIn(
        'lib/neighbour_words_subgroup.wgsl',
        ['four hidden values overlap in their word', '(position % 4u * 8u)', '(position % 4u * 4u)'],
        [
          'half of a hidden word’s values are missing',
          'return pair | subgroupShuffleXor(pair, 2u);',
          'return pair;',
        ],
      ),
      ...faultsIn('lib/lstm_fused_cell.wgsl', [
        'the output gate is traced as its sum',
        'vec4<i32>(gates, output_gate)',
        'vec4<i32>(gates, sums.w)',
      ]),
    ],
  },
  {
    testFile: TEST_FILE,
    testName: 'batch rows that share weights (step)',
    faults: [
      ...faultsIn('kernels/lstm_step.wgsl', [
        'a row takes the products of its neighbour',
        'products[row] + recurrent_bias',
        'products[row ^ 1u] + recurrent_bias',
      ]),
      ...faultsIn('lib/row_tile.wgsl', [
        'rows of a tile follow each other without their length',
        'min(row, tile.last_row) * tile.row_blocks',
        'min(row, tile.last_row)',
      ]),
      ...faultsIn('lib/pass_around.wgsl', [
        'a row is passed around twice',
        'subgroupBroadcast(value, 3u)',
        'subgroupBroadcast(value, 2u)',
      ]),
    ],
  },
  {
    testFile: TEST_FILE,
    testName: 'plain, more batch rows than a tile (step)',
    faults: faultsIn('kernels/lstm_step.wgsl', [
      'every tile of rows is the first',
      'let first_row = workgroup.y * ROWS;',
      'let first_row = 0u;',
    ]),
  },
  {
    testFile: TEST_FILE,
    testName: 'peepholes beyond the limits of int16 and int8 (step)',
    faults: [
      ...faultsIn(
        'lib/lstm_cell.wgsl',
        [
          'the sum of a gate’s sides is not saturated',
          'saturate_i16(side.z + multiply_by_quantized_multiplier(accumulators.z, multiplier.z, shift.z))',
          'side.z + multiply_by_quantized_multiplier(accumulators.z, multiplier.z, shift.z)',
        ],
        [
          'the sum with a peephole is not saturated',
          'return saturate_i16(sum + multiply_by_quantized_multiplier(weight * cell, multiplier, shift));',
          'return sum + multiply_by_quantized_multiplier(weight * cell, multiplier, shift);',
        ],
      ),
      ...faultsIn(
        'lib/lstm_update.wgsl',
        [
          'peepholes of input and forget gate change places',
          'vec4<i32>(extractBits(words.x, 0u, 16u), words.x >> 16u, 0, words.y)',
          'vec4<i32>(words.x >> 16u, extractBits(words.x, 0u, 16u), 0, words.y)',
        ],
        [
          'the forget gate’s peephole has the input gate’s scale',
          'weights.y, previous_cell, multiplier.y, shift.y',
          'weights.y, previous_cell, multiplier.x, shift.x',
        ],
        [
          'the output gate’s peephole is missing',
          'return add_peephole(sum, weights.w, cell, multiplier, shift);',
          'return sum;',
        ],
      ),
      ...faultsIn('lib/lstm_fused_cell.wgsl', [
        'the output gate’s peephole sees the old cell state',
        'add_output_peephole(layer, sums.w, peepholes, cell)',
        'add_output_peephole(layer, sums.w, peepholes, previous_cell)',
      ]),
    ],
  },
  {
    testFile: TEST_FILE,
    testName: 'peepholes and coupled gates, both directions, rows of two lengths (step)',
    faults: [
      ...faultsIn('kernels/input_product.wgsl', [
        'both directions have the first one’s input bias',
        'let unit_bias = bias[quad];',
        'let unit_bias = bias[quad % params.padded_units];',
      ]),
      ...faultsIn('lib/lstm_update.wgsl', [
        'coupled gates are not coupled',
        'if (coupled_gates) {',
        'if (false) {',
      ]),
      ...faultsIn(
        'lib/lstm_output.wgsl',
        ['a row runs one timestep past its length', 'timestep >= length;', 'timestep > length;'],
        [
          'a finished row’s state goes on',
          'select(values, select(previous.x, previous.y, word % 2u == 1u), finished)',
          'values',
        ],
        ['a finished row puts out 0', 'pack_i8(zero_point)', 'pack_i8(vec4<i32>(0))'],
        ['a finished row puts out its last value', 'select(values, padding, finished)', 'values'],
      ),
      ...faultsIn(
        'lib/lstm_row.wgsl',
        [
          'neighbouring rows exchange their lengths',
          'batch_row % 2u == 1u), params.timesteps)',
          'batch_row % 2u == 0u), params.timesteps)',
        ],
        [
          '"the whole run" is taken as a length',
          'return min(select(pair.x, pair.y, batch_row % 2u == 1u), params.timesteps);',
          'return select(pair.x, pair.y, batch_row % 2u == 1u);',
        ],
        [
          'a short row is reversed from the run’s end',
          'length - 1u - timestep, backwards',
          'params.timesteps - 1u - timestep, backwards',
        ],
        [
          'a reversed row starts one timestep late',
          'length - 1u - timestep, backwards',
          'length - timestep, backwards',
        ],
        [
          'both directions run forwards',
          'params.directions[direction].reversed == 1u && timestep < length',
          'false',
        ],
        ['padding is reversed too', 'reversed == 1u && timestep < length', 'reversed == 1u'],
        [
          'both directions read the first one’s input gates',
          '(direction * params.rows + sequence_row_within(direction',
          '(sequence_row_within(direction',
        ],
      ),
      ...faultsIn('kernels/lstm_step.wgsl', [
        'a finished row’s cell state goes on',
        'if (owned && timestep < length) {',
        'if (owned) {',
      ]),
    ],
  },
  {
    testFile: TEST_FILE,
    testName: 'peepholes and projection, clips, time major, rows of three lengths (step)',
    faults: [
      ...faultsIn('lib/lstm_row.wgsl', [
        'batch and time change places',
        'time * params.time_stride + batch_row * params.batch_stride',
        'time * params.batch_stride + batch_row * params.time_stride',
      ]),
      ...faultsIn('lib/lstm_update.wgsl', [
        'the hidden value before projection has the output’s zero point',
        'layer.hidden_offset',
        'layer.output_zero_point',
      ]),
      ...faultsIn(
        'lib/lstm_projection.wgsl',
        [
          'the projection’s zero point is missing',
          'let offset = layer.output_zero_point;',
          'let offset = 0;',
        ],
        [
          'the projection is clipped around its zero point',
          'vec4<i32>(-layer.projection_clip), vec4<i32>(layer.projection_clip)',
          'vec4<i32>(offset - layer.projection_clip), vec4<i32>(offset + layer.projection_clip)',
        ],
        ['the projection is not clipped', 'if (layer.projection_clip > 0) {', 'if (false) {'],
      ),
      ...faultsIn('kernels/projection.wgsl', [
        'the projection has no bias',
        'products[row] + bias[quad]',
        'products[row]',
      ]),
    ],
  },
  {
    testFile: TEST_FILE,
    testName: 'projection beyond the limit of int8, both directions (step)',
    faults: [
      ...faultsIn('lib/lstm_projection.wgsl', [
        'the projection is not saturated',
        'saturate_i8(multiply_by_quantized_multiplier(sums.y, layer.projection_multiplier, layer.projection_shift) + offset)',
        'multiply_by_quantized_multiplier(sums.y, layer.projection_multiplier, layer.projection_shift) + offset',
      ]),
      ...faultsIn(
        'kernels/projection.wgsl',
        ['both directions project with the first one’s weights', 'direction * padded_words + min', 'min'],
        [
          'both directions project the first one’s hidden values',
          '(direction * params.padded_batch + first_row) * params.hidden_blocks',
          'first_row * params.hidden_blocks',
        ],
      ),
    ],
  },
];

const NORMALIZED: readonly FaultGroup[] = [
  {
    testFile: TEST_FILE,
    testName: 'layer norm with everything else (step)',
    faults: [
      ...faultsIn('kernels/lstm_gates.wgsl', [
        'a normalised gate’s recurrent side has no bias',
        'products[row] + recurrent_bias',
        'products[row]',
      ]),
      ...faultsIn(
        'kernels/lstm_cell.wgsl',
        ['a finished row’s cell state goes on', 'if (running) {', 'if (true) {'],
        [
          'the normalised output gate’s peephole sees the old cell state',
          'add_output_peephole(params.directions[direction], sums.w, peepholes, cell)',
          'add_output_peephole(params.directions[direction], sums.w, peepholes, previous_cell)',
        ],
        [
          'the output gate is normalised without its peephole',
          'gate_sums[row_start + unit] = pack_gates(sums);\n            moments',
          'moments',
        ],
        [
          'normalised peepholes of input and forget gate are missing',
          'sums = add_input_peepholes(params.directions[direction], sums, peepholes, previous_cell);',
          '',
        ],
        [
          'every cell has the first one’s layer norm coefficients',
          'let index = (direction * params.padded_units + unit) * 3u;',
          'let index = direction * params.padded_units * 3u;',
        ],
      ),
    ],
  },
  {
    testFile: TEST_FILE,
    testName: 'layer norm of more cells than invocations (step)',
    faults: [
      ...faultsIn(
        'lib/row_moments.wgsl',
        [
          'the carry of a sum of squares is lost',
          'a.squares_high + b.squares_high + carry',
          'a.squares_high + b.squares_high',
        ],
        [
          'the last section of a row is left out',
          'section < SECTIONS; section++',
          'section + 1u < SECTIONS; section++',
        ],
        ['the cell gate has the forget gate’s mean', 'gate_statistics[2].mean', 'gate_statistics[1].mean'],
        [
          'the forget gate is normalised as the cell gate',
          'let forget_gate = normalize_gate(1u,',
          'let forget_gate = normalize_gate(2u,',
        ],
        [
          'the output gate has the cell gate’s statistics',
          'return normalize_gate(3u,',
          'return normalize_gate(2u,',
        ],
        [
          'all gates have the input gate’s layer norm scale',
          'layer_norm_multiplier[gate]',
          'layer_norm_multiplier[0]',
        ],
        [
          'the row’s sum is of squares',
          'RowMoments(values, vec4<u32>(values * values)',
          'RowMoments(values * values, vec4<u32>(values * values)',
        ],
      ),
      ...faultsIn('lib/wide.wgsl', [
        'a wide sum loses its carry',
        'a.y + b.y + select(0u, 1u, low < a.x)',
        'a.y + b.y',
      ]),
      ...faultsIn('kernels/lstm_cell.wgsl', [
        'cells past the workgroup’s first are left out',
        'for (var unit = lane; unit < params.units; unit += WORKGROUP) {\n            var sums',
        'for (var unit = lane; unit < min(params.units, WORKGROUP); unit += WORKGROUP) {\n            var sums',
      ]),
    ],
  },
  {
    testFile: TEST_FILE,
    testName: 'layer norm and projection of more batch rows than a tile (step)',
    faults: ['input_product', 'lstm_gates', 'projection'].flatMap((kernel) =>
      faultsIn(`kernels/${kernel}.wgsl`, [
        'every tile of rows is the first',
        'let first_row = workgroup.y * ROWS;',
        'let first_row = 0u;',
      ]),
    ),
  },
  {
    testFile: TEST_FILE,
    testName: 'layer norm of rows with next to no variance (step)',
    faults: faultsIn('lib/row_moments.wgsl', [
      'all gates have the input gate’s variance floor',
      'variance_floor[lane]',
      'variance_floor[0]',
    ]),
  },
];

/** The sequence kernel's own code. */
const SEQUENCE: readonly FaultGroup[] = [
  {
    testFile: TEST_FILE,
    testName: 'more cells than a workgroup (sequence)',
    faults: faultsIn(
      'kernels/lstm_sequence.wgsl',
      ['the recurrent side of a sequence has no bias', 'products[0] + constants[quad * 3u]', 'products[0]'],
      ['the clock does not return to 0', 'select(next, 0u, next >= params.timesteps)', 'next'],
      [
        'the initial hidden state is shifted by a word',
        'min(word, state_words - 1u) / 2u',
        'min(word + 1u, state_words - 1u) / 2u',
      ],
      ['the cell state is not kept for the next call', 'cell_state[cell_start + unit] = cells[n];', ''],
      [
        'the hidden state is not kept for the next call',
        'state_out[state_start * 2u + word] = activations[word];',
        '',
      ],
      [
        'the last timestep of a dispatch is left out',
        'step < params.sequence_steps; step++',
        'step + 1u < params.sequence_steps; step++',
      ],
    ),
  },
  {
    testFile: TEST_FILE,
    testName: 'peepholes beyond the limits of int16 and int8 (sequence)',
    faults: faultsIn('kernels/lstm_sequence.wgsl', [
      'the output gate’s peephole of a sequence sees the old cell state',
      'peepholes_of(quad_start + unit), cells[n])',
      'peepholes_of(quad_start + unit), cell_state[cell_start + unit])',
    ]),
  },
  {
    testFile: TEST_FILE,
    testName: 'peepholes and coupled gates, both directions, rows of two lengths (sequence)',
    faults: faultsIn(
      'kernels/lstm_sequence.wgsl',
      [
        'a row of a sequence runs one timestep past its length',
        'let running = timestep < length;',
        'let running = timestep <= length;',
      ],
      [
        'a finished row’s hidden state goes on in a sequence',
        'if (running) {\n        activations[word] = values;\n    }',
        'activations[word] = values;',
      ],
      ['a finished row of a sequence puts out no padding', 'select(padding, values, running)', 'values'],
      [
        'both directions of a sequence write one output',
        'direction * params.output_direction_stride + sequence_row',
        'sequence_row',
      ],
    ),
  },
  {
    testFile: TEST_FILE,
    testName: 'peepholes and projection, clips, time major, rows of three lengths (sequence)',
    faults: faultsIn(
      'kernels/lstm_sequence.wgsl',
      [
        'a sequence projects its hidden state',
        'activation_at(params.output_blocks + block)',
        'activation_at(block)',
      ],
      [
        'half of a sequence’s projection bias is repeated',
        'bitcast<vec2<i32>>(weights[bias + 1u])',
        'bitcast<vec2<i32>>(weights[bias])',
      ],
    ),
  },
  {
    testFile: TEST_FILE,
    testName: 'projection beyond the limit of int8, both directions (sequence)',
    faults: faultsIn('kernels/lstm_sequence.wgsl', [
      'both directions of a sequence project with the first one’s weights',
      'let quad = direction * ((words',
      'let quad = 0u * ((words',
    ]),
  },
  {
    testFile: TEST_FILE,
    testName: 'layer norm with everything else (sequence)',
    faults: faultsIn('kernels/lstm_sequence.wgsl', [
      'a sequence does not normalise its output gate',
      'return normalize_output_gate(direction, sum, statistics, layer_norm_of(direction, unit));',
      'return sum;',
    ]),
  },
];

/** The resident kernel's own code. */
const RESIDENT: readonly FaultGroup[] = [
  {
    testFile: RESIDENT_TEST_FILE,
    testName: 'a ragged row',
    faults: faultsIn(
      'kernels/lstm_resident.wgsl',
      [
        'the recurrent side of resident weights has no bias',
        'var sums = recurrent_bias;',
        'var sums = vec4<i32>(0);',
      ],
      [
        'resident forget and cell weights change places',
        'resident[first + SLOTS - 3u]',
        'resident[first + SLOTS - 2u]',
      ],
      ['a timestep overwrites what it reads', 'let written = HALF - read_from', 'let written = read_from'],
      ['the resident kernel’s clock does not return to 0', 'select(next, 0u, next >= end)', 'next'],
      ['the resident cell state is not kept for the next call', 'cell_state[cell_start + unit] = cell;', ''],
    ),
  },
  {
    testFile: RESIDENT_TEST_FILE,
    testName: 'coupled gates, both directions',
    faults: faultsIn(
      'kernels/lstm_resident.wgsl',
      [
        'a finished row’s hidden state goes on in registers',
        'word = select(word, packed, running);',
        'word = packed;',
      ],
      ['a finished resident row puts out no padding', 'select(padding, word, running)', 'word'],
      ['a finished row’s cell goes on in registers', 'if (owned && running) {', 'if (owned) {'],
      ['both directions write one output', 'direction * params.output_direction_stride + row', 'row'],
    ),
  },
];

/** What a wavefront adds to the resident kernel, and its products. */
const WAVEFRONT: readonly FaultGroup[] = [
  {
    testFile: WAVEFRONT_TEST_FILE,
    testName: 'three layers of coupled gates',
    faults: [
      ...faultsIn(
        'kernels/lstm_resident.wgsl',
        ['all layers of a stack are at the same timestep', 'clock - direction * params.lane_delay', 'clock'],
        [
          'the clock returns to 0 before the last layer is at its end',
          'params.timesteps + (params.direction_count - 1u) * params.lane_delay',
          'params.timesteps',
        ],
        [
          'a layer puts out padding beyond its last timestep',
          'min(params.sequence_steps, params.timesteps - min(first_timestep, params.timesteps))',
          'params.sequence_steps',
        ],
      ),
      ...faultsIn(
        'kernels/wave_product.wgsl',
        ['the input side of a wave has no bias', 'sums[step] + unit_bias', 'sums[step]'],
        [
          'the input side of a wave is requantized like the recurrent one',
          'params.directions[layer].input_multiplier',
          'params.directions[layer].recurrent_multiplier',
        ],
        [
          'a layer is requantized like the one below it',
          'params.directions[layer].input_multiplier',
          'params.directions[below].input_multiplier',
        ],
        [
          'all layers read what the first one puts out',
          'below * params.output_direction_stride + first_row',
          'first_row',
        ],
        [
          'all layers have the second one’s input weights',
          'below * params.padded_units + min(unit',
          'min(unit',
        ],
        ['all batch rows are the first one’s', ' + batch_row * params.batch_stride', ''],
        ['every tile of a wave is its first one', 'workgroup.y % tiles * ROWS', '0u'],
        ['a wave reads what is not put out yet', 'layer * params.lane_delay', 'below * params.lane_delay'],
      ),
    ],
  },
  {
    testFile: WAVEFRONT_TEST_FILE,
    testName: 'four layers with peepholes',
    faults: faultsIn('kernels/wave_product.wgsl', [
      'a tile’s timesteps are taken from other batch rows',
      'RowTile(first_block, params.time_stride * params.output_blocks,',
      'RowTile(first_block, params.output_blocks,',
    ]),
  },
];

/** The frame kernel's own code. */
const FRAME: readonly FaultGroup[] = [
  {
    testFile: FRAME_TEST_FILE,
    testName: '21 to 12, batch 9',
    faults: faultsIn(
      'kernels/lstm_frame.wgsl',
      [
        'the input side of a frame is requantized like the recurrent one',
        'layer.input_multiplier, layer.input_shift',
        'layer.recurrent_multiplier, layer.recurrent_shift',
      ],
      ['the input side of a frame has no bias', 'input_products[row] + input_bias', 'input_products[row]'],
      ['the recurrent side of a frame has no bias', 'products[row] + recurrent_bias', 'products[row]'],
      ['both products of a frame are the input side’s', 'is_input_side = false;', ''],
      [
        'every tile of a frame has the first rows’ input',
        'RowTile(first_row * params.input_blocks,',
        'RowTile(0u,',
      ],
      ['the new cell state of a frame is not kept', 'cell_state[cell_index] = updated.cell;', ''],
    ),
  },
  {
    testFile: FRAME_TEST_FILE,
    testName: 'both directions',
    faults: faultsIn('kernels/lstm_frame.wgsl', [
      'a row without a timestep has its cell state changed by a frame',
      'if (owned && length > 0u) {',
      'if (owned) {',
    ]),
  },
];

/** LSTM layers, from the input product to the projection. */
export const LSTM: readonly FaultGroup[] = [
  ...SHARED,
  ...NORMALIZED,
  ...SEQUENCE,
  ...RESIDENT,
  ...WAVEFRONT,
  ...FRAME,
];
