import type { FrameCounts } from './frame-relay';

/** What the processor is made with. */
export interface FrameProcessorOptions {
  /** Samples of a frame. */
  readonly frame: number;
  readonly delay: number;
  readonly mostUnderWay: number;
}

/** Page -> processor. */
export type FrameProcessorRequest =
  /** Where frames are computed; comes once, with the port in the transfer list. */
  { readonly kind: 'connect'; readonly port: MessagePort } | { readonly kind: 'close' };

/** Processor -> page, now and then. */
export interface FrameProcessorReport {
  readonly counts: FrameCounts;
}

/** Processor -> where frames are computed, and back. */
export interface FrameMessage {
  /** Of the frame in the stream: where one is missing, it was dropped. */
  readonly index: number;
  readonly samples: Float32Array<ArrayBuffer>;
}

/** A type, so that the processor's module shares no code with the bridge's and stays one file. */
export type FrameProcessorName = 'octogate-frames';
