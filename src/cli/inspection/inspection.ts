import { LimitError, UnsupportedModelError } from '../../errors';
import type { UnsupportedReason } from '../../index';
import { readModel } from '../../import';
import type { ImportedModel, ImportNote, ImportOptions, ModelFormat } from '../../import';
import { requireIntegerGraph } from '../../model';
import type { ExecutableModel } from '../../runtime/executor';
import type { PlanOptions } from '../../runtime/plan/build-plan';
import { prepareGraph } from '../../runtime/prepare-graph';
import { reportGraph } from './graph-report';
import type { GraphReport } from './graph-report';
import { reportPlan } from './plan-report';
import type { PlanReport } from './plan-report';
import { outlookOf } from './quantization-outlook';
import type { QuantizationOutlook } from './quantization-outlook';

/** What a model is, and what running it takes; or why it cannot run. */
export interface Inspection {
  /** Every reason why the model cannot run; empty if it can. */
  readonly reasons: readonly UnsupportedReason[];
  /** null if the file holds something that is not even read. */
  readonly format: ModelFormat | null;
  /** What the graph does otherwise than the file, though the results are the same. */
  readonly notes: readonly ImportNote[];
  /** null if the file holds something that is not even read. */
  readonly graph: GraphReport | null;
  /** What `octogate quantize` would do; null for a model that is integers already. */
  readonly quantization: QuantizationOutlook | null;
  /** null if the model cannot run. */
  readonly plan: PlanReport | null;
}

export interface InspectionOptions extends Pick<PlanOptions, 'dot' | 'rows' | 'path'> {
  /** Default: the file's. */
  readonly batch?: number;
  readonly timesteps?: number;
}

/**
 * Looks at a model without a GPU.
 *
 * @throws ModelFormatError if the bytes are no well-formed model; InputError if the model fixes another batch or number of
 * timesteps.
 */
export async function inspectModel(
  bytes: Uint8Array,
  options: InspectionOptions,
  importOptions: ImportOptions = {},
): Promise<Inspection> {
  let source: ImportedModel | null = null;
  let model: ExecutableModel | null = null;
  try {
    source = await readModel(bytes, importOptions);
    requireIntegerGraph(source.graph);
    model = prepareGraph(source.graph);
    const plan = reportPlan(model, {
      ...options,
      batch: options.batch ?? model.shapes.batch.inFile,
      timesteps: options.timesteps ?? model.shapes.timesteps.inFile,
      trace: false,
    });
    return { ...describe(source, model), reasons: [], plan };
  } catch (error) {
    const rest = { ...describe(source, model), plan: null };
    if (error instanceof UnsupportedModelError) return { ...rest, reasons: error.reasons };
    if (!(error instanceof LimitError)) throw error;
    return { ...rest, reasons: [{ subject: 'the plan', reason: error.message }] };
  }
}

/** The graph as it runs, where it runs. */
function describe(
  source: ImportedModel | null,
  model: ExecutableModel | null,
): Pick<Inspection, 'format' | 'notes' | 'graph' | 'quantization'> {
  if (source === null) return { format: null, notes: [], graph: null, quantization: null };
  const { format, notes, graph } = source;
  return {
    format,
    notes,
    graph: reportGraph(model?.program.graph ?? graph),
    quantization: outlookOf(graph),
  };
}
