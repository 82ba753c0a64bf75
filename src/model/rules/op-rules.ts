import type { Graph } from '../graph';
import type { Op } from '../ops';
import type { ShapeResult, ShapeScope } from '../shapes/inference';

/** What is known of ops of some kinds; to ask about another kind is a defect of the caller. */
export interface OpRules {
  /** @throws ModelFormatError if weights and settings do not go together. */
  readonly validateStructure: (op: Op, graph: Graph) => void;
  /** Why an op cannot run as integers, one sentence each; empty if it can. */
  readonly integerBreaks: (op: Op, graph: Graph) => string[];
  /** @throws ModelFormatError if the shapes contradict each other even at the file's own sizes. */
  readonly inferShapes: (op: Op, scope: ShapeScope) => ShapeResult;
}
