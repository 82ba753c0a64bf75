// Walking through the boxes that src/contract/op-parameters.ts describes: five dimensions, of which the last one is the
// caller's.

// Coordinates of a box row in the first four dimensions, from its number in row-major order.
fn box_coordinates(box_row: u32, sizes: vec4<u32>) -> vec4<u32> {
    let rest_of_3 = box_row / sizes.w;
    let rest_of_2 = rest_of_3 / sizes.z;
    let rest_of_1 = rest_of_2 / sizes.y;
    return vec4<u32>(rest_of_1, rest_of_2 % sizes.y, rest_of_3 % sizes.z, box_row % sizes.w);
}

// Where coordinates lead, by strides that may be negative.
fn box_offset(coordinates: vec4<u32>, strides: vec4<i32>) -> i32 {
    let steps = vec4<i32>(coordinates) * strides;
    return steps.x + steps.y + steps.z + steps.w;
}
