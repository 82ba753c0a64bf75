import type { Graph, Op } from '../../../model';
import type { ConstantBuffers } from '../constant-buffers';
import type { Model } from '../generated/model';
import type { OperatorReader } from '../operator-reader';

/** Turns one op of a file into one of the graph, or into several in execution order. */
export type OpReader = (operator: OperatorReader) => Op | readonly Op[];

/** What a reading knows of files. */
export interface Vocabulary {
  /** By code. */
  readonly readers: ReadonlyMap<number, OpReader>;
  /** What the format calls a code. */
  readonly nameOf: (code: number) => string;
  /** Puts back what the file's attachments say that its ops stand for. */
  readonly restore: (graph: Graph, model: Model, buffers: ConstantBuffers) => Graph;
}
