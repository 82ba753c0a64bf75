/**
 * Live streams: many in one batch, sample streams cut into frames, and audio graphs whose frames a network computes.
 *
 * @packageDocumentation
 */
export { FrameBridge } from './frame-bridge';
export type { FrameBridgeOptions } from './frame-bridge';
export { Framer } from './framer';
export type { FramerOptions } from './framer';
export type { PooledStream } from './pooled-stream';
export { serveFrames } from './serve-frames';
export { StreamPool } from './stream-pool';
export type { BatchReport, StreamPoolOptions } from './stream-pool';
export type { FrameCounts } from './worklet/frame-relay';
