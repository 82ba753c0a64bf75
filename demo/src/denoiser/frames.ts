/** Samples a second that the denoiser was trained for. */
export const SAMPLE_RATE = 16_000;
/** Samples of a frame. */
export const FRAME = 512;
/** Samples from a frame to the next: every sample lies in four frames. */
export const HOP = 128;
/** Frequencies of a frame, from 0 to half the sample rate. */
export const BINS = FRAME / 2 + 1;
/** Time in which a frame has to be done, lest the next one wait: 8 ms. */
export const FRAME_BUDGET_MS = (1000 * HOP) / SAMPLE_RATE;
/** Samples by which denoised ones lag behind: a sample is whole once all frames that it lies in are. */
export const DELAY = FRAME - HOP;
