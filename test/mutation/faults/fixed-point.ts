import type { FaultGroup } from '../fault';
import { faultsIn } from '../fault';

/** Rounding, saturation, packing and requantization. */
export const FIXED_POINT: readonly FaultGroup[] = [
  {
    testFile: 'test/arith/requantize.gpu.test.ts',
    testName: 'saturate',
    faults: faultsIn(
      'lib/saturate.wgsl',
      ['int8 saturates at -127', 'clamp(x, -128, 127)', 'clamp(x, -127, 127)'],
      ['int8 does not saturate', 'return clamp(x, -128, 127);', 'return x;'],
      ['int16 saturates one too late', 'clamp(x, -32768, 32767)', 'clamp(x, -32768, 32768)'],
    ),
  },
  {
    testFile: 'test/arith/requantize.gpu.test.ts',
    testName: 'shift int32 to the left and saturate',
    faults: faultsIn(
      'lib/saturate.wgsl',
      ['the saturating int32 shift wraps below', ' || x < -limit - 1', ''],
      ['the saturating int32 shift gives the other end', '0x7fffffff, x > 0)', '0x7fffffff, x < 0)'],
      ['the saturating int32 shift saturates its own limit', 'x > limit ||', 'x >= limit ||'],
    ),
  },
  {
    testFile: 'test/arith/requantize.gpu.test.ts',
    testName: 'shift int16 to the left and saturate',
    faults: faultsIn('lib/saturate.wgsl', [
      'the saturating int16 shift wraps',
      'return saturate_i16(x << u32(exponent));',
      'return (x << u32(exponent + 16)) >> 16u;',
    ]),
  },
  {
    testFile: 'test/arith/requantize.gpu.test.ts',
    testName: 'divide by a power of two and round',
    faults: faultsIn(
      'lib/rounding.wgsl',
      ['negative ties round up', '(mask >> 1u) + (u32(x) >> 31u)', '(mask >> 1u)'],
      ['ties round down', '& mask) > threshold', '& mask) > threshold + 1u'],
      ['a right shift truncates', ' + select(0, 1, (u32(x) & mask) > threshold)', ''],
      ['the shift is logical', '(x >> u32(exponent)) + select', 'i32(u32(x) >> u32(exponent)) + select'],
    ),
  },
  {
    testFile: 'test/arith/requantize.gpu.test.ts',
    testName: 'multiply int32 to the high word',
    faults: faultsIn(
      'lib/high_multiply.wgsl',
      ['the int32 product truncates', '((middle + 0x4000) >> 15u)', '(middle >> 15u)'],
      ['the int32 product rounds ties down', '(middle + 0x4000)', '(middle + 0x3fff)'],
      [
        'the int32 product loses a carry',
        'let middle = a_low * b_high + (carried & 0xffff)',
        'let middle = a_low * b_high',
      ],
      [
        'low halves are multiplied as signed',
        'i32((u32(a_low) * u32(b_low)) >> 16u)',
        '((a_low * b_low) >> 16u)',
      ],
      ['the int32 product is not doubled', '(carried >> 16u)) << 1u)', '(carried >> 16u)))'],
    ),
  },
  {
    testFile: 'test/arith/requantize.gpu.test.ts',
    testName: 'multiply int16 to the high half',
    faults: faultsIn(
      'lib/high_multiply.wgsl',
      ['the int16 product truncates', '(a * b + 0x4000) >> 15u', '(a * b) >> 15u'],
      ['the int16 product is not doubled', '(a * b + 0x4000) >> 15u', '(a * b + 0x8000) >> 16u'],
    ),
  },
  {
    testFile: 'test/arith/requantize.gpu.test.ts',
    testName: 'multiply by a quantized multiplier',
    faults: faultsIn(
      'lib/requantize.wgsl',
      ['shifts go the other way', 'x << u32(max(shift, 0))', 'x << u32(max(-shift, 0))'],
      ['the right shift is forgotten', 'rounding_divide_by_pot(product, max(-shift, 0))', 'product'],
      [
        'single rounding instead of double',
        'return rounding_divide_by_pot(product, max(-shift, 0));',
        'return product >> u32(max(-shift, 0));',
      ],
    ),
  },
  {
    testFile: 'test/arith/packing.gpu.test.ts',
    testName: 'adds four products',
    faults: [
      ...faultsIn('lib/dot4_packed.wgsl', [
        'the packed dot product forgets its accumulator',
        'acc + dot4I8Packed(a, b)',
        'dot4I8Packed(a, b)',
      ]),
      ...faultsIn('lib/dot4_unpacked.wgsl', [
        'the unpacked dot product forgets the last byte',
        ' + products.z + products.w',
        ' + products.z',
      ]),
    ],
  },
  {
    testFile: 'test/arith/packing.gpu.test.ts',
    testName: 'unpack and pack',
    faults: faultsIn(
      'lib/pack_i8.wgsl',
      [
        'bytes are packed in reverse',
        '(bytes.y << 8u) | (bytes.z << 16u)',
        '(bytes.y << 16u) | (bytes.z << 8u)',
      ],
      [
        'a negative byte spills into its neighbours',
        'vec4<u32>(values) & vec4<u32>(0xffu)',
        'vec4<u32>(values)',
      ],
      [
        'bytes are unpacked unsigned',
        'vec4<i32>(vec4<u32>(word) << vec4<u32>(24u, 16u, 8u, 0u)) >> vec4<u32>(24u)',
        'vec4<i32>((vec4<u32>(word) << vec4<u32>(24u, 16u, 8u, 0u)) >> vec4<u32>(24u))',
      ],
    ),
  },
  {
    testFile: 'test/arith/packing.gpu.test.ts',
    testName: 'the end of a row is masked',
    faults: faultsIn(
      'lib/pack_i8.wgsl',
      ['the end of a row is not masked', 'kept == 4);', 'true);'],
      ['the mask of a row’s end is off by one', '- i32(word * 4u), 0, 4)', '- i32(word * 4u) + 1, 0, 4)'],
    ),
  },
];
