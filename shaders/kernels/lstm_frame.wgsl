// A call of one timestep of an LSTM layer without layer norm, from the input row itself: input product, recurrent product,
// gates, cell and hidden update in one dispatch, which is what a stream waits for. Twin: src/reference/lstm_frame.ts.
//
// One invocation owns one cell of ROWS batch rows. Dispatch: x over units by workgroup, y over batch row tiles, z over
// directions. Bindings are those of lstm_step, but for
//   input_weights  [direction] quads of the cells' input gate rows, packed by `packQuads`
//   constants      [direction][padded unit][3] vec4: recurrent bias; (peephole i|f, peephole o, -, -); input bias
//   activation     [batch row][input_blocks] 8 int8 to an element
// and without `stages`, for which there is no binding left: a trace takes input_product and lstm_step.
//#include "lib/lstm_hidden.wgsl"
//#include "lib/lstm_fused_cell.wgsl"
//#include "lib/row_tile_product.wgsl"
//#include "lib/neighbour_words.wgsl"
//#constant WORKGROUP

@group(0) @binding(0) var<uniform> params: LstmParams;
@group(0) @binding(1) var<storage, read> input_weights: array<vec2<u32>>;
@group(0) @binding(2) var<storage, read> weights: array<vec2<u32>>;
@group(0) @binding(3) var<storage, read> constants: array<vec4<i32>>;
@group(0) @binding(4) var<storage, read> activation: array<vec2<u32>>;
@group(0) @binding(5) var<storage, read> state_in: array<vec2<u32>>;
@group(0) @binding(6) var<storage, read_write> state_out: array<u32>;
@group(0) @binding(7) var<storage, read_write> cell_state: array<i32>;
@group(0) @binding(8) var<storage, read_write> output: array<u32>;
@group(0) @binding(9) var<uniform> logistic_table: array<vec4<u32>, 4096>;
@group(0) @binding(10) var<uniform> tanh_table: array<vec4<u32>, 4096>;

// Which of the two products is under way. Compilers know its value wherever it is read, so that no test is left.
var<private> is_input_side: bool;

fn weight_at(index: u32) -> vec2<u32> {
    if (is_input_side) {
        return input_weights[index];
    }
    return weights[index];
}

fn activation_at(index: u32) -> vec2<u32> {
    if (is_input_side) {
        return activation[index];
    }
    return state_in[index];
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) invocation: u32) {
    let position = position_in_workgroup(invocation);
    let unit = workgroup.x * WORKGROUP + position;
    let first_row = workgroup.y * ROWS;
    let direction = workgroup.z;
    let owned = unit < params.units;
    let quad = direction * params.padded_units + min(unit, params.padded_units - 1u);
    let layer = params.directions[direction];

    is_input_side = true;
    // The one timestep's rows are the batch's, in whichever order batch and time are.
    let input_tile = RowTile(first_row * params.input_blocks, params.input_blocks, params.batch - 1u - first_row);
    let input_products = row_tile_product(quad_weights_start(quad, params.input_blocks), params.input_blocks, input_tile);
    is_input_side = false;
    let products = row_tile_product(quad_weights_start(quad, params.output_blocks), params.output_blocks, state_tile(direction, first_row));

    let recurrent_bias = constants[quad * 3u];
    let peepholes = unpack_peepholes(constants[quad * 3u + 1u].xy);
    let input_bias = constants[quad * 3u + 2u];
    // A run-time end keeps the cell update a loop, see lstm_step.
    let row_count = min(ROWS, params.batch - first_row);
    for (var row = 0u; row < row_count; row++) {
        let batch_row = first_row + row;
        let length = row_length(batch_row);
        var value = 0;
        if (owned && length > 0u) {
            let input_accumulators = input_products[row] + input_bias;
            let input_side = add_requantized(vec4<i32>(0), input_accumulators, layer.input_multiplier, layer.input_shift);
            let cell_index = (direction * params.padded_batch + batch_row) * params.padded_units + unit;
            let updated = update_cell(layer, products[row] + recurrent_bias, input_side, peepholes, cell_state[cell_index]);
            cell_state[cell_index] = updated.cell;
            value = updated.hidden;
        }
        let values = join_neighbours(row, position, value);
        if (unit % 4u == 0u && unit < params.padded_units) {
            write_hidden(direction, batch_row, unit / 4u, 0u, length, values);
        }
    }
    if (!projection && unit == 0u && first_row == 0u && direction == 0u) {
        state_out[0] = 0u;
    }
}
