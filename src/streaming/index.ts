/**
 * Live streams: many in one batch, and sample streams cut into frames.
 *
 * @packageDocumentation
 */
export { Framer } from './framer';
export type { FramerOptions } from './framer';
export type { PooledStream } from './pooled-stream';
export { StreamPool } from './stream-pool';
export type { BatchReport, StreamPoolOptions } from './stream-pool';
