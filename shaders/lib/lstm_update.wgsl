// From a cell's gate sums to its new state, shared by the kernels that do it per step, after layer norm, and per
// sequence. The including kernel declares `params: LstmParams`.
//#include "lib/lstm_params.wgsl"
//#include "lib/lstm_cell.wgsl"

override coupled_gates: bool = false;
override peephole: bool = false;

// Peephole coefficients of a cell from its constants: i, f, unused, o.
fn unpack_peepholes(words: vec2<i32>) -> vec4<i32> {
    return vec4<i32>(extractBits(words.x, 0u, 16u), words.x >> 16u, 0, words.y);
}

// Adds the peepholes of the input and forget gates, which see the previous cell state.
fn add_input_peepholes(layer: LstmDirectionParams, sums: vec4<i32>, weights: vec4<i32>, previous_cell: i32) -> vec4<i32> {
    if (!peephole) {
        return sums;
    }
    let multiplier = layer.peephole_multiplier;
    let shift = layer.peephole_shift;
    return vec4<i32>(
        add_peephole(sums.x, weights.x, previous_cell, multiplier.x, shift.x),
        add_peephole(sums.y, weights.y, previous_cell, multiplier.y, shift.y),
        sums.z,
        sums.w,
    );
}

// Adds the peephole of the output gate, which sees the new cell state.
fn add_output_peephole(layer: LstmDirectionParams, sum: i32, weights: vec4<i32>, cell: i32) -> i32 {
    if (!peephole) {
        return sum;
    }
    let multiplier = layer.peephole_multiplier.w;
    let shift = layer.peephole_shift.w;
    return add_peephole(sum, weights.w, cell, multiplier, shift);
}

// Input, forget and cell gates (x, y, z) of a cell from their pre-activations, Q0.15.
fn open_input_gates(pre_activation: vec4<i32>) -> vec3<i32> {
    let forget_gate = logistic_q3_12(pre_activation.y);
    let cell_gate = tanh_q0_15(pre_activation.z, 3);
    if (coupled_gates) {
        return vec3<i32>(coupled_input_gate(forget_gate), forget_gate, cell_gate);
    }
    return vec3<i32>(logistic_q3_12(pre_activation.x), forget_gate, cell_gate);
}

fn next_cell_state(layer: LstmDirectionParams, gates: vec3<i32>, previous_cell: i32) -> i32 {
    let scale_log2 = layer.cell_scale_log2;
    return update_cell_state(gates.y, gates.x, gates.z, previous_cell, scale_log2, layer.cell_clip);
}

fn next_hidden_value(layer: LstmDirectionParams, output_gate: i32, cell: i32) -> i32 {
    let scale_log2 = layer.cell_scale_log2;
    let multiplier = layer.hidden_multiplier;
    let shift = layer.hidden_shift;
    return hidden_value(output_gate, cell, scale_log2, multiplier, shift, layer.hidden_offset);
}
