/**
 * The arithmetic of TFLite's integer LSTM a second time, in BigInt and as literally as the formulas are written: signs
 * told apart, quotients truncated as in C, every sum of int16 saturated. It shares nothing with `src/arith`, not even its
 * constants, and is what that is tested against. Slow on purpose.
 */

const INT32_MAX = 2n ** 31n - 1n;

export const wrap32 = (x: bigint): bigint => BigInt.asIntN(32, x);

const saturate = (x: bigint, bits: number): bigint => {
  const limit = 1n << BigInt(bits - 1);
  return x >= limit ? limit - 1n : x < -limit ? -limit : x;
};
const saturate16 = (x: bigint): bigint => saturate(x, 16);

/** Saturating rounding doubling high multiply of two `bits`-bit integers. */
export function srdhm(a: bigint, b: bigint, bits: 16 | 32): bigint {
  const lowest = -(1n << BigInt(bits - 1));
  if (a === lowest && b === lowest) return -lowest - 1n;
  const half = 1n << BigInt(bits - 2);
  const product = a * b;
  return (product + (product >= 0n ? half : 1n - half)) / (1n << BigInt(bits - 1));
}

/** Rounding division by 2^exponent, ties away from zero. */
export function rdivpot(x: bigint, exponent: number): bigint {
  const divisor = 1n << BigInt(exponent);
  const remainder = x & (divisor - 1n);
  const threshold = ((divisor - 1n) >> 1n) + (x < 0n ? 1n : 0n);
  return (x >> BigInt(exponent)) + (remainder > threshold ? 1n : 0n);
}

/** Multiplication by a quantized multiplier with double rounding. */
export function mbqm(x: bigint, multiplier: bigint, shift: number): bigint {
  const shifted = wrap32(x << BigInt(Math.max(shift, 0)));
  return rdivpot(srdhm(shifted, multiplier, 32), Math.max(-shift, 0));
}

/** Rounding half sum, ties away from zero. */
function rhs(a: bigint, b: bigint): bigint {
  const sum = a + b;
  return (sum + (sum >= 0n ? 1n : -1n)) / 2n;
}

/** Saturating shift to the left. */
export function satshl(x: bigint, exponent: number, bits: 16 | 32): bigint {
  const threshold = (1n << BigInt(bits - 1 - exponent)) - 1n;
  if (x > threshold) return (1n << BigInt(bits - 1)) - 1n;
  if (x < -threshold) return -(1n << BigInt(bits - 1));
  return x << BigInt(exponent);
}

/** A fixed-point width: how its constants, products and sums work. */
class Width {
  readonly bits: 16 | 32;
  private readonly one: bigint;
  private readonly oneWithTwoIntegerBits: bigint;

  constructor(bits: 16 | 32) {
    this.bits = bits;
    this.one = (1n << BigInt(bits - 1)) - 1n;
    this.oneWithTwoIntegerBits = 1n << BigInt(bits - 3);
  }

  private constant(raw32: bigint): bigint {
    return this.bits === 32 ? raw32 : rdivpot(raw32, 16);
  }

  private multiply(a: bigint, b: bigint): bigint {
    return srdhm(a, b, this.bits);
  }

  private add(a: bigint, b: bigint): bigint {
    return this.bits === 16 ? saturate16(a + b) : wrap32(a + b);
  }

  private shiftLeft(x: bigint, exponent: number): bigint {
    return satshl(x, exponent, this.bits);
  }

  private expOnLastQuarter(a: bigint): bigint {
    const constant = this.constant(1895147668n);
    const x = this.add(a, 1n << BigInt(this.bits - 4));
    const x2 = this.multiply(x, x);
    const x3 = this.multiply(x2, x);
    const x4 = this.multiply(x2, x2);
    const third = this.constant(715827883n);
    const t = rdivpot(this.add(this.multiply(this.add(rdivpot(x4, 2), x3), third), x2), 1);
    return this.add(constant, this.multiply(constant, this.add(x, t)));
  }

  exp(a: bigint, integerBits: number): bigint {
    const fractionalBits = this.bits - 1 - integerBits;
    const quarter = 1n << BigInt(fractionalBits - 2);
    const m = (a & (quarter - 1n)) - quarter;
    let result = this.expOnLastQuarter(this.shiftLeft(m, integerBits));
    const remainder = m - a;
    const factors = [1672461947n, 1302514674n, 790015084n, 290630308n, 39332535n, 720401n, 242n];
    factors.forEach((factor, index) => {
      const e = index - 2;
      if (integerBits > e && (remainder >> BigInt(fractionalBits + e)) & 1n) {
        result = this.multiply(result, this.constant(factor));
      }
    });
    if (integerBits > 5 && a < -(1n << BigInt(fractionalBits + 5))) result = 0n;
    return a === 0n ? this.one : result;
  }

  private twoOverOnePlus(a: bigint): bigint {
    const d = rhs(a, this.one);
    let x = this.add(this.constant(1515870810n), this.multiply(d, this.constant(-1010580540n)));
    for (let step = 0; step < 3; step++) {
      const error = this.add(this.oneWithTwoIntegerBits, -this.multiply(d, x));
      x = this.add(x, this.shiftLeft(this.multiply(x, error), 2));
    }
    return x;
  }

  oneOverOnePlus(a: bigint): bigint {
    return this.shiftLeft(this.twoOverOnePlus(a), 1);
  }

  oneMinusOverOnePlus(a: bigint): bigint {
    return this.shiftLeft(this.add(this.twoOverOnePlus(a), -this.oneWithTwoIntegerBits), 2);
  }
}

export const int16 = new Width(16);
export const int32 = new Width(32);

const negativeMagnitude = (a: bigint): bigint => (a < 0n ? a : -a);

export function logistic(a: bigint): bigint {
  if (a === 0n) return 16384n;
  const positive = int16.oneOverOnePlus(int16.exp(negativeMagnitude(a), 3));
  return a > 0n ? positive : 32767n - positive;
}

export function tanh(a: bigint, integerBits: number): bigint {
  if (a === 0n) return 0n;
  const magnitude = int16.oneMinusOverOnePlus(int16.exp(negativeMagnitude(a), integerBits + 1));
  return a > 0n ? magnitude : -magnitude;
}

/** (multiplier, shift) of 1 / sqrt(x). */
export function inverseSqrt(input: bigint): [bigint, number] {
  if (input <= 1n) return [INT32_MAX, 0];
  let x = input;
  let shift = 11;
  while (x >= 1n << 29n) {
    x = x / 4n;
    shift += 1;
  }
  const leadingZeros = 32 - x.toString(2).length;
  const pairs = Math.floor((leadingZeros - 1) / 2) - 1;
  shift -= pairs;
  x <<= BigInt(2 * pairs);
  const half = rdivpot(x >> 1n, 1);
  let y = 1n << 28n;
  for (let step = 0; step < 5; step++) {
    const cube = srdhm(srdhm(y, y, 32), y, 32);
    const difference = srdhm(402653184n, y, 32) - srdhm(half, satshl(cube, 6, 32), 32);
    y = satshl(difference, 3, 32);
  }
  y = srdhm(y, 1518500250n, 32);
  if (shift < 0) {
    y <<= BigInt(-shift);
    shift = 0;
  }
  return [y, 0 - shift];
}

export interface LayerNormOracle {
  readonly mean: bigint;
  readonly inverseStdDev: readonly [bigint, number];
}

export function layerNormStatistics(
  sum: bigint,
  sumOfSquares: bigint,
  n: bigint,
  floor: bigint,
): LayerNormOracle {
  const mean = (sum * 1024n) / n;
  const temp = 2n ** 20n / n;
  const variance = wrap32((sumOfSquares * temp - mean * mean) / 2n ** 20n);
  return { mean, inverseStdDev: inverseSqrt(variance < 1n ? floor : variance) };
}

export function layerNormElement(
  v: bigint,
  { mean, inverseStdDev: [multiplier, shift] }: LayerNormOracle,
  weight: bigint,
  bias: bigint,
  scale: readonly [bigint, number],
): bigint {
  const r = mbqm(wrap32(1024n * v - mean), multiplier, shift);
  const y = wrap32(r * weight + bias);
  const rounded = (y + (y > 0n ? 512n : -512n)) / 1024n;
  return saturate16(mbqm(rounded, scale[0], scale[1] + 12));
}

/** (mantissa, bits over unit) of the reciprocal of a Q12.19 sum of exponentials. */
export function softmaxReciprocal(sum: bigint): [bigint, number] {
  const leadingZeros = 32 - sum.toString(2).length;
  const shifted = wrap32((sum << BigInt(leadingZeros)) - 2n ** 31n);
  return [int32.oneOverOnePlus(shifted), 12 - leadingZeros];
}

export function softmaxProbability(exp: bigint, [mantissa, bitsOverUnit]: readonly [bigint, number]): bigint {
  return saturate(rdivpot(srdhm(mantissa, exp, 32), bitsOverUnit + 31 - 8) - 128n, 8);
}
