/** What TFLite calls the fused activation of an op; applied by clamping the quantized output. */
export type FusedActivation = 'none' | 'relu' | 'relu6' | 'reluN1To1';

export interface OpBase {
  /** Unique, human-readable: the kind and its index in the file, such as `lstm_1`. */
  readonly name: string;
  /** Position in the source file's op list, for messages. */
  readonly sourceIndex: number;
}
