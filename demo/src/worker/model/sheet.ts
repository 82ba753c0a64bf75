import { UnsupportedModelError } from 'octogate';
import type { UnsupportedReason } from 'octogate';
import { inputAxes } from 'octogate/data';
import type { InputAxes } from 'octogate/data';
import { FORMAT_NAMES } from 'octogate/import';
import type { ImportNote } from 'octogate/import';
import type { GraphReport, ModelInspection, QuantizationOutlook } from 'octogate/inspect';

/** What can be done with a model: run it, quantize it first, or neither. */
export type Verdict = 'runs' | 'quantize' | 'refused';

/** Everything that the page shows of a model file; plain data. */
export interface ModelSheet {
  readonly name: string;
  readonly fileBytes: number;
  /** In words; null for a file that holds something that is not even read. */
  readonly format: string | null;
  readonly verdict: Verdict;
  /** Why it does not run as it is. */
  readonly reasons: readonly UnsupportedReason[];
  readonly notes: readonly ImportNote[];
  readonly graph: GraphReport | null;
  readonly quantization: QuantizationOutlook | null;
  readonly sizes: ModelInspection['sizes'];
  /** How sequences lie in the inputs; empty for a model that is refused. */
  readonly axes: readonly InputAxes[];
}

export function sheetOf(
  name: string,
  fileBytes: number,
  { reasons, source, graph, quantization, sizes }: ModelInspection,
): ModelSheet {
  const axes = source === null ? [] : axesOf(source.graph);
  return {
    name,
    fileBytes,
    format: source === null ? null : FORMAT_NAMES[source.format],
    verdict: verdictOf(reasons, quantization),
    reasons,
    notes: source?.notes ?? [],
    graph,
    quantization,
    sizes,
    axes: axes ?? [],
  };
}

function verdictOf(reasons: readonly UnsupportedReason[], quantization: QuantizationOutlook | null): Verdict {
  if (reasons.length === 0) return 'runs';
  return quantization?.refused.length === 0 ? 'quantize' : 'refused';
}

/** null for shapes that contradict each other, which is among the reasons of such a model already. */
function axesOf(graph: Parameters<typeof inputAxes>[0]): InputAxes[] | null {
  try {
    return inputAxes(graph);
  } catch (error) {
    if (error instanceof UnsupportedModelError) return null;
    throw error;
  }
}
