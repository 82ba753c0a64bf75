// Where a filter stands over an image. The including kernel declares `params: ConvolutionParams`; vectors are
// [height, width]. Layout of the params: src/contract/convolution-params.ts.

struct ConvolutionParams {
    input_size: vec2<u32>,
    output_size: vec2<u32>,
    filter_size: vec2<u32>,
    stride: vec2<u32>,
    dilation: vec2<u32>,
    // Steps outside the image before the first output's filter.
    padding: vec2<u32>,
    // Output rows: positions of all images.
    positions: u32,
    outputs: u32,
    // Words along an output row, padding included.
    output_words: u32,
    // Blocks of 8 int8 along an input row.
    input_blocks: u32,
    // Depthwise only: output channels per input channel.
    depth_multiplier: u32,
    input_zero_point: i32,
    output_zero_point: i32,
    output_min: i32,
    output_max: i32,
}

struct FilterOrigin {
    // First input row of the position's image.
    image_start: u32,
    // Image position under the filter's first element; negative in the padding.
    corner: vec2<i32>,
}

fn filter_origin(position: u32) -> FilterOrigin {
    let row = position / params.output_size.y;
    let image = row / params.output_size.x;
    let output = vec2<u32>(row % params.output_size.x, position % params.output_size.y);
    return FilterOrigin(
        image * params.input_size.x * params.input_size.y,
        vec2<i32>(output * params.stride) - vec2<i32>(params.padding),
    );
}

fn pixel_under(origin: FilterOrigin, tap: vec2<u32>) -> vec2<i32> {
    return origin.corner + vec2<i32>(tap * params.dilation);
}

fn is_inside(pixel: vec2<i32>) -> bool {
    return all(pixel >= vec2<i32>(0)) && all(pixel < vec2<i32>(params.input_size));
}

// Input row of a pixel inside the image.
fn input_row(origin: FilterOrigin, pixel: vec2<i32>) -> u32 {
    return origin.image_start + u32(pixel.x) * params.input_size.y + u32(pixel.y);
}
