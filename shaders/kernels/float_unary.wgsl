// A function of each float32 element, clamped to a range. Not bit-exact: WGSL leaves the last bits of exp, log, division and
// square roots to the device. Twin: src/reference/float_unary.ts.
//
// One invocation computes one element. Dispatch: linear over the elements (`workgroups` of the contract).
//   source, destination   f32, row-major, no padding
//#include "lib/linear_workgroup.wgsl"
//#constant WORKGROUP

struct FloatUnaryParams {
    elements: u32,
    // Of the negative half of LEAKY_RELU.
    slope: f32,
    low: f32,
    high: f32,
}

@group(0) @binding(0) var<uniform> params: FloatUnaryParams;
@group(0) @binding(1) var<storage, read> source: array<f32>;
@group(0) @binding(2) var<storage, read_write> destination: array<f32>;

override operation: u32 = 0u;

const ABS = 1u;
const EXP = 2u;
const HARD_SWISH = 3u;
const LEAKY_RELU = 4u;
const LOG = 5u;
const LOGISTIC = 6u;
const NEGATE = 7u;
const RSQRT = 8u;
const SQRT = 9u;
const SQUARE = 10u;
const TANH = 11u;

// By the exponential of a negative number, which cannot overflow. WGSL's own tanh may be 1e-5 off.
fn tanh_of(x: f32) -> f32 {
    let e = exp(-2.0 * abs(x));
    return sign(x) * (1.0 - e) / (1.0 + e);
}

fn logistic_of(x: f32) -> f32 {
    let e = exp(-abs(x));
    return select(e, 1.0, x >= 0.0) / (1.0 + e);
}

fn value_of(x: f32) -> f32 {
    switch operation {
        case ABS { return abs(x); }
        case EXP { return exp(x); }
        case HARD_SWISH { return x * clamp(x + 3.0, 0.0, 6.0) / 6.0; }
        case LEAKY_RELU { return select(params.slope * x, x, x >= 0.0); }
        case LOG { return log(x); }
        case LOGISTIC { return logistic_of(x); }
        case NEGATE { return -x; }
        case RSQRT { return inverseSqrt(x); }
        case SQRT { return sqrt(x); }
        case SQUARE { return x * x; }
        case TANH { return tanh_of(x); }
        default { return x; }
    }
}

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(local_invocation_index) lane: u32,
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
) {
    let index = linear_workgroup(workgroup, workgroups) * WORKGROUP + lane;
    if (index >= params.elements) {
        return;
    }
    destination[index] = clamp(value_of(source[index]), params.low, params.high);
}
