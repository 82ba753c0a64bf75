import { roundingDivideByPot } from './rounding';

/**
 * Fixed-point constants of the activations, layer norm and softmax. They live only here: `npm run gen` writes them into
 * `shaders/generated/constants.wgsl` under the same names.
 *
 * Each raw value is gemmlowp's (`fixedpoint/fixedpoint.h`), which states them for int32; the int16 ones are those
 * rounded to the upper 16 bits, ties away from zero. A test checks each against the real number that it stands for.
 */

const toInt16 = (rawInt32: number): number => roundingDivideByPot(rawInt32, 16);

/** exp(-1/8), Q0.31: the point around which exp is expanded on [-1/4, 0). */
export const EXP_MINUS_EIGHTH_Q0_31 = 1895147668;
export const EXP_MINUS_EIGHTH_Q0_15 = toInt16(EXP_MINUS_EIGHTH_Q0_31);

/** 1/3, Q0.31. */
export const ONE_THIRD_Q0_31 = 715827883;
export const ONE_THIRD_Q0_15 = toInt16(ONE_THIRD_Q0_31);

/** exp(-2^e) for e = -2 to 4, Q0.31: the factors by which exp on [-1/4, 0) is carried to any negative value. */
export const EXP_MINUS_QUARTER_Q0_31 = 1672461947;
export const EXP_MINUS_HALF_Q0_31 = 1302514674;
export const EXP_MINUS_1_Q0_31 = 790015084;
export const EXP_MINUS_2_Q0_31 = 290630308;
export const EXP_MINUS_4_Q0_31 = 39332535;
export const EXP_MINUS_8_Q0_31 = 720401;
export const EXP_MINUS_16_Q0_31 = 242;

export const EXP_MINUS_QUARTER_Q0_15 = toInt16(EXP_MINUS_QUARTER_Q0_31);
export const EXP_MINUS_HALF_Q0_15 = toInt16(EXP_MINUS_HALF_Q0_31);
export const EXP_MINUS_1_Q0_15 = toInt16(EXP_MINUS_1_Q0_31);
export const EXP_MINUS_2_Q0_15 = toInt16(EXP_MINUS_2_Q0_31);
export const EXP_MINUS_4_Q0_15 = toInt16(EXP_MINUS_4_Q0_31);
export const EXP_MINUS_8_Q0_15 = toInt16(EXP_MINUS_8_Q0_31);

/** 48/17 and -32/17, Q2.29: the straight line nearest to 1/d on [1/2, 1], the seed of the Newton-Raphson division. */
export const RECIPROCAL_SEED_OFFSET_Q2_29 = 1515870810;
export const RECIPROCAL_SEED_SLOPE_Q2_29 = -1010580540;
export const RECIPROCAL_SEED_OFFSET_Q2_13 = toInt16(RECIPROCAL_SEED_OFFSET_Q2_29);
export const RECIPROCAL_SEED_SLOPE_Q2_13 = toInt16(RECIPROCAL_SEED_SLOPE_Q2_29);

/** 3/2, Q3.28: the constant of the Newton-Raphson step for 1/sqrt. */
export const THREE_HALVES_Q3_28 = 402653184;
/** sqrt(1/2), Q0.31. */
export const SQRT_HALF_Q0_31 = 1518500250;
