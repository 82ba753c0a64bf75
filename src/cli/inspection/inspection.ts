import { LimitError } from '../../errors';
import type { UnsupportedReason } from '../../index';
import type { ImportNote, ImportOptions, ModelFormat } from '../../import';
import type { GraphReport, QuantizationOutlook, RecordedQuantization } from '../../inspect';
import { prepareInspection } from '../../inspect/inspect';
import type { PlanOptions } from '../../runtime/plan/plan-options';
import { reportPlan } from './plan-report';
import type { PlanReport } from './plan-report';

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
  /** null if the file does not say how it was quantized. */
  readonly recorded: RecordedQuantization | null;
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
  const { source, executable, reasons, graph, quantization, recorded } = await prepareInspection(
    bytes,
    importOptions,
  );
  const found = { format: source?.format ?? null, notes: source?.notes ?? [], graph, quantization, recorded };
  if (executable === null) return { ...found, reasons, plan: null };
  const { batch, timesteps } = executable.shapes;
  try {
    const plan = reportPlan(executable, {
      ...options,
      batch: options.batch ?? batch.inFile,
      timesteps: options.timesteps ?? timesteps.inFile,
      trace: false,
    });
    return { ...found, reasons, plan };
  } catch (error) {
    if (!(error instanceof LimitError)) throw error;
    return { ...found, reasons: [{ subject: 'the plan', reason: error.message }], plan: null };
  }
}
