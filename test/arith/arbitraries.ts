import fc from 'fast-check';
import { INT16_EDGES, INT32_EDGES, INT32_MAX, INT32_MIN } from './inputs';

/** Properties print their seed and path when they fail; `numRuns` is what a second or so allows. */
fc.configureGlobal({ numRuns: 5_000 });

export const int16 = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: -32_768, max: 32_767 }) },
  fc.constantFrom(...INT16_EDGES),
);

export const int32 = fc.oneof(
  { weight: 2, arbitrary: fc.integer({ min: INT32_MIN, max: INT32_MAX }) },
  fc.integer({ min: -100_000, max: 100_000 }),
  fc.constantFrom(...INT32_EDGES),
);

/** What `quantizeMultiplier` makes of any real factor but 0. */
export const normalizedMultiplier = fc.integer({ min: 2 ** 30, max: INT32_MAX });
