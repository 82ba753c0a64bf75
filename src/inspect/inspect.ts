import { UnsupportedModelError } from '../errors';
import type { UnsupportedReason } from '../errors';
import { readModel } from '../import';
import type { ImportedModel, ImportOptions } from '../import';
import { requireIntegerGraph } from '../model/checks';
import type { SessionSize } from '../model/shapes';
import type { ExecutableModel } from '../runtime/executor';
import { ALL_FAMILIES } from '../runtime/families/all';
import { prepareGraph } from '../runtime/prepare-graph';
import { reportGraph } from './graph-report';
import type { GraphReport } from './graph-report';
import { outlookOf } from './quantization-outlook';
import type { QuantizationOutlook } from './quantization-outlook';
import { recordedQuantization } from './recorded-quantization';
import type { RecordedQuantization } from './recorded-quantization';

/** What a model is, and why it cannot run, if it cannot. */
export interface ModelInspection {
  /** Every reason why the model cannot run as it is; empty if it can. */
  readonly reasons: readonly UnsupportedReason[];
  /** The model as read; null if the file holds something that is not even read. */
  readonly source: ImportedModel | null;
  /** What it says, of a model that runs as it runs; null if the file holds something that is not even read. */
  readonly graph: GraphReport | null;
  /** What the quantizer would do; null for a model that is integers already. */
  readonly quantization: QuantizationOutlook | null;
  /** How `octogate quantize` or `quantize()` made it; null if the file does not say. */
  readonly recorded: RecordedQuantization | null;
  /** What sessions and calls may choose; null if the model cannot run. */
  readonly sizes: {
    /** Independent sequences. */
    readonly batch: SessionSize;
    /** Timesteps of one call. */
    readonly timesteps: SessionSize;
  } | null;
}

/** An inspection with what runs, for those who plan it. */
export interface PreparedInspection extends ModelInspection {
  readonly executable: ExecutableModel | null;
}

/**
 * Looks at a model of any format without a GPU and without running it.
 *
 * @throws ModelFormatError if the bytes are no well-formed model. What is well-formed and cannot run is no error, but a list
 * of reasons.
 */
export async function inspectModel(
  bytes: Uint8Array | ArrayBuffer,
  options: ImportOptions = {},
): Promise<ModelInspection> {
  const { reasons, source, graph, quantization, recorded, sizes } = await prepareInspection(bytes, options);
  return { reasons, source, graph, quantization, recorded, sizes };
}

/** {@link inspectModel}, with what runs. */
export async function prepareInspection(
  bytes: Uint8Array | ArrayBuffer,
  options: ImportOptions = {},
): Promise<PreparedInspection> {
  const file = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
  let source: ImportedModel | null = null;
  try {
    source = await readModel(file, options);
    requireIntegerGraph(source.graph);
    return describe(file, source, prepareGraph(source.graph, ALL_FAMILIES), []);
  } catch (error) {
    if (!(error instanceof UnsupportedModelError)) throw error;
    return describe(file, source, null, error.reasons);
  }
}

/** The graph as it runs, where it runs. */
function describe(
  file: Uint8Array,
  source: ImportedModel | null,
  executable: ExecutableModel | null,
  reasons: readonly UnsupportedReason[],
): PreparedInspection {
  const recorded = recordedQuantization(file);
  if (source === null) {
    return { reasons, source, graph: null, quantization: null, recorded, sizes: null, executable: null };
  }
  return {
    reasons,
    source,
    graph: reportGraph(executable?.program.graph ?? source.graph),
    quantization: outlookOf(source.graph),
    recorded,
    sizes:
      executable === null ? null : { batch: executable.shapes.batch, timesteps: executable.shapes.timesteps },
    executable,
  };
}
