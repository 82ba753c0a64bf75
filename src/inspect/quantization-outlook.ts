import { UnsupportedModelError } from '../errors';
import type { UnsupportedReason } from '../errors';
import type { Graph } from '../model';
import { computesInFloat } from '../model/integer/float-source';
import { FloatRunner } from '../quantize';
import { floatOps } from '../quantize/partition';

/** What quantizing a float model would do. */
export interface QuantizationOutlook {
  /** Why it would be refused; empty if its ops stand in no way. Weights and ranges may yet. */
  readonly refused: readonly UnsupportedReason[];
  /** Ops that would stay in float32, by name: those without an integer form, and what lies between them. */
  readonly staysFloat: readonly string[];
}

/** null for a graph in which nothing computes with real numbers. */
export function outlookOf(graph: Graph): QuantizationOutlook | null {
  if (!graph.ops.some((op) => computesInFloat(op, graph))) return null;
  return { refused: refusals(graph), staysFloat: [...floatOps(graph, [])].map(({ name }) => name) };
}

function refusals(graph: Graph): readonly UnsupportedReason[] {
  try {
    new FloatRunner(graph);
    return [];
  } catch (error) {
    if (error instanceof UnsupportedModelError) return error.reasons;
    throw error;
  }
}
