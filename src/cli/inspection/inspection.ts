import { LimitError, UnsupportedModelError } from '../../errors';
import type { UnsupportedReason } from '../../index';
import { importModel, rollLstms } from '../../import';
import type { RolledGraph } from '../../import';
import { requireIntegerGraph } from '../../model';
import type { Graph } from '../../model';
import type { ExecutableModel } from '../../runtime/executor';
import type { PlanOptions } from '../../runtime/plan/build-plan';
import { prepareGraph } from '../../runtime/prepare-graph';
import { reportGraph } from './graph-report';
import type { GraphReport } from './graph-report';
import { reportPlan } from './plan-report';
import type { PlanReport } from './plan-report';

/** What a model is, and what running it takes; or why it cannot run. */
export interface Inspection {
  /** Every reason why the model cannot run; empty if it can. */
  readonly reasons: readonly UnsupportedReason[];
  /** LSTMs that stand in a float file as elementary ops, and what quantizing it makes of them. */
  readonly unrolled: Omit<RolledGraph, 'graph'>;
  /** null if the file holds something that is not even read. */
  readonly graph: GraphReport | null;
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
export async function inspectModel(bytes: Uint8Array, options: InspectionOptions): Promise<Inspection> {
  let graph: Graph | null = null;
  let model: ExecutableModel | null = null;
  let unrolled: Inspection['unrolled'] = { layers: [], droppedStates: [] };
  try {
    graph = await importModel(bytes);
    const { layers, droppedStates } = rollLstms(graph);
    unrolled = { layers, droppedStates };
    requireIntegerGraph(graph);
    model = prepareGraph(graph);
    const plan = reportPlan(model, {
      ...options,
      batch: options.batch ?? model.shapes.batch.inFile,
      timesteps: options.timesteps ?? model.shapes.timesteps.inFile,
      trace: false,
    });
    return { reasons: [], unrolled, graph: reportGraph(model.program.graph), plan };
  } catch (error) {
    const shown = model?.program.graph ?? graph;
    const report = shown === null ? null : reportGraph(shown);
    const rest = { unrolled, graph: report, plan: null };
    if (error instanceof UnsupportedModelError) return { reasons: error.reasons, ...rest };
    if (!(error instanceof LimitError)) throw error;
    return { reasons: [{ subject: 'the plan', reason: error.message }], ...rest };
  }
}
