import { contract as lstmCell } from '../../contract/kernels/lstm_cell';
import { contract as lstmFrame } from '../../contract/kernels/lstm_frame';
import { contract as lstmGates } from '../../contract/kernels/lstm_gates';
import { contract as lstmResident } from '../../contract/kernels/lstm_resident';
import { contract as lstmSequence } from '../../contract/kernels/lstm_sequence';
import { contract as lstmStep } from '../../contract/kernels/lstm_step';
import { contract as projection } from '../../contract/kernels/projection';
import { variantOf } from '../../contract/lstm-layout';
import type { LstmVariant } from '../../contract/lstm-layout';
import { packedLstmSections, paddedUnits } from '../../contract/lstm-packing';
import type { PackedLstmSections } from '../../contract/lstm-packing';
import { lstmParams } from '../../contract/lstm-params';
import type { LstmDirectionParameters } from '../../contract/lstm-parameters';
import { depthBlocks, rowWords } from '../../contract/packing';
import { packStruct } from '../../contract/struct-layout';
import { at, unreachable } from '../../errors';
import type { LoweredLstm } from '../../lower/lstm';
import { layerSizes } from '../layer-sizes';
import type { LayerSizes } from '../layer-sizes';
import type { PlannedGateTables } from './gate-tables';
import { kernelsOfLayer } from './layer-kernels';
import type { LayerKernelOptions } from './layer-kernels';
import { cellConstants, gateCount, inputWeights, recurrentWeights } from './lstm-constants';
import { sequenceActivationWords } from './lstm-kernels';
import type { LstmKernelChoice, LstmPath } from './lstm-kernels';
import { lstmParamsOf } from './lstm-params-of';
import { lstmState, registerState } from './lstm-state';
import type { LstmState } from './lstm-state';
import { inputWork, planInputProduct } from './plan-input-product';
import { plannedGateTables } from './planned-gate-tables';
import { current, next, wholeOf } from './plan-builder';
import type { PlanBuilder } from './plan-builder';
import type { BufferRange, PlannedDispatch, PlannedValue, StatePair } from './plan';

/** Work of one dispatch of the sequence kernel: little enough for any watchdog, much against a dispatch's own cost. */
const SEQUENCE_WORK = 2 ** 28;
/**
 * Multiply-accumulates that take about as long as the barriers and activations of a timestep, which small layers wait for: on
 * SwiftShader, 0.3 ms.
 */
export const TIMESTEP_WORK = 2 ** 18;
/** Nothing to load and to compile of what most layers lack. */
const WITHOUT_LAYER_NORM = { 'lib/row_moments.wgsl': 'lib/no_row_moments.wgsl' };
/** An invocation for each gate and section of a row's moments (shaders/lib/row_moments.wgsl). */
const MIN_MOMENTS_WORKGROUP = 64;
/** vec4 of a cell's stages in a trace. */
const STAGE_BYTES = 48;

/** Paths that leave no stages behind, and what stands for them in a trace. */
const TRACED_PATHS: Partial<Readonly<Record<LstmPath, LstmPath>>> = { frame: 'step', wavefront: 'resident' };

export interface LstmPlanOptions extends LayerKernelOptions {
  readonly trace: boolean;
}

/** Buffers and sizes that the dispatches of one layer share. */
interface Layer {
  readonly lowered: LoweredLstm;
  readonly variant: LstmVariant;
  readonly choice: LstmKernelChoice;
  readonly sizes: LayerSizes;
  readonly input: PlannedValue;
  readonly sections: PackedLstmSections;
  readonly params: BufferRange;
  readonly weights: BufferRange;
  readonly constants: BufferRange;
  readonly inputGates: BufferRange;
  readonly state: StatePair;
  readonly cell: BufferRange;
  readonly output: BufferRange;
  readonly stages: BufferRange;
  readonly trace: boolean;
  readonly gateTables: PlannedGateTables;
}

/** Plans a layer, or with the first layer of a wavefront all of them. */
export function planLstm(lowered: LoweredLstm, builder: PlanBuilder, options: LstmPlanOptions): void {
  const { op } = lowered;
  const sizes = layerSizes(op, builder.shapeOf(op.input));
  const choice = kernelsOfLayer(builder.model, lowered, sizes, options);
  const { program, wavefronts } = builder.model;
  const stack = wavefronts?.stackOf(program, lowered);
  const path = options.trace ? (TRACED_PATHS[choice.path] ?? choice.path) : choice.path;
  const paddedBatch = paddedBatchOf({ choice, sizes });
  const state = lstmState(lowered, paddedBatch, builder);
  if (path !== 'wavefront') {
    planLayer({ lowered, sizes, choice, paddedBatch, state, path }, builder, options);
  } else if (stack?.index === 0) {
    wavefronts?.plan(stack.layers, { sizes, choice, paddedBatch }, builder, options.gateTables);
  }
  registerState(lowered, state, builder);
}

/** The input product of all timesteps at once, then the recurrence; or a frame, which is both. */
function planLayer(
  {
    lowered,
    sizes,
    choice,
    paddedBatch,
    state,
    path,
  }: Pick<Layer, 'lowered' | 'sizes' | 'choice'> & {
    readonly paddedBatch: number;
    readonly state: LstmState;
    readonly path: Exclude<LstmPath, 'wavefront'>;
  },
  builder: PlanBuilder,
  { trace, gateTables }: LstmPlanOptions,
): void {
  const { op, directions } = lowered;
  const parameters = at(directions, 0);
  const padded = paddedUnits(parameters.units);
  const sections = packedLstmSections(directions);
  const input = builder.value(op.input);
  const [firstOutput, ...restOutputs] = op.directions.map(({ output }) => output);
  if (firstOutput === undefined) throw new TypeError(`${op.name} has no direction`);
  const outputs = builder.adjacentValues([firstOutput, ...restOutputs], `${op.name} output`);
  const outputBuffer = outputs[0].range.buffer;
  const traceBytes = (elements: number): number => (trace ? elements : 1) * 16;
  const stages = builder.scratch(
    `${op.name} stages`,
    traceBytes((sizes.timesteps * directions.length * sizes.batch * parameters.units * STAGE_BYTES) / 16),
  );
  const inputAccumulators = builder.scratch(
    `${op.name} input accumulators`,
    traceBytes(directions.length * sizes.rows * padded),
  );
  const params = builder.uniform(
    `${op.name} parameters`,
    packStruct(
      lstmParams,
      lstmParamsOf([lowered], sizes, {
        paddedBatch,
        sections,
        outputDirectionStride: outputs[0].range.byteLength / 8,
        cellsPerInvocation: choice.sequenceCells,
        sequenceSteps: sequenceSteps(parameters, sizes),
        laneDelay: 0,
      }),
    ),
  );
  const layer: Layer = {
    lowered,
    variant: variantOf(parameters),
    choice,
    sizes,
    input,
    sections,
    params,
    weights: recurrentWeights(lowered, builder).own,
    constants: cellConstants(lowered, builder).own,
    inputGates: builder.scratch(`${op.name} input gates`, directions.length * sizes.rows * padded * 8),
    state: state.pair,
    cell: wholeOf(state.cell),
    output: wholeOf(outputBuffer),
    stages,
    trace,
    gateTables: plannedGateTables(choice, gateTables, params, builder),
  };
  if (path !== 'frame')
    builder.push(planInputProduct({ ...layer, accumulators: inputAccumulators }, builder));
  switch (path) {
    case 'step':
      planSteps(layer, builder, planStep);
      break;
    case 'sequence':
      planSequence(layer, builder, sequenceDispatch(layer, builder));
      break;
    case 'resident':
      planSequence(layer, builder, residentDispatch(layer, builder));
      break;
    case 'frame':
      planSteps(layer, builder, planFrame);
      break;
    default:
      unreachable(path);
  }
  if (trace) builder.trace({ layer: op.name, inputAccumulators, stages });
}

/** Timesteps per dispatch of the sequence kernel; batch rows run side by side. */
function sequenceSteps(
  { units, outputElements }: LstmDirectionParameters,
  { timesteps }: LayerSizes,
): number {
  return Math.min(
    timesteps,
    Math.max(1, Math.floor(SEQUENCE_WORK / (TIMESTEP_WORK + 4 * units * outputElements))),
  );
}

/** Repeats a kernel that advances many timesteps of every batch row. */
function planSequence(
  { lowered, sizes, state }: Layer,
  builder: PlanBuilder,
  dispatch: PlannedDispatch,
): void {
  builder.push({
    kind: 'repeat',
    times: Math.ceil(sizes.timesteps / sequenceSteps(at(lowered.directions, 0), sizes)),
    body: [dispatch, { kind: 'exchange', pair: state }],
  });
}

function sequenceDispatch(layer: Layer, builder: PlanBuilder): PlannedDispatch {
  const { lowered, variant, choice, trace } = layer;
  return builder.dispatch(
    lstmSequence,
    {
      overrides: {
        coupled_gates: variant.coupledGates,
        peephole: variant.peephole,
        layer_norm: variant.layerNorm,
        projection: variant.projection,
        trace,
      },
      constants: {
        ROWS: 1,
        SLOTS: gateCount(variant),
        WORKGROUP: choice.sequenceWorkgroup,
        CELLS: choice.sequenceCells,
        ACTIVATION_WORDS: sequenceActivationWords(at(lowered.directions, 0)),
      },
      alternatives: { ...layer.gateTables.alternatives, ...(variant.layerNorm ? {} : WITHOUT_LAYER_NORM) },
    },
    sequenceWork(layer),
  );
}

function residentDispatch(layer: Layer, builder: PlanBuilder): PlannedDispatch {
  const { lowered, variant, choice, trace } = layer;
  return builder.dispatch(
    lstmResident,
    {
      overrides: { coupled_gates: variant.coupledGates, peephole: variant.peephole, trace },
      constants: {
        SLOTS: gateCount(variant),
        WORKGROUP: choice.residentWorkgroup,
        BLOCKS: depthBlocks(at(lowered.directions, 0).units),
      },
      alternatives: layer.gateTables.alternatives,
    },
    sequenceWork(layer),
  );
}

/** Bindings and size of a dispatch that advances many timesteps. */
function sequenceWork(layer: Layer): Pick<PlannedDispatch, 'bindings' | 'workgroups' | 'work'> {
  const { lowered, sizes } = layer;
  return {
    bindings: {
      params: layer.params,
      weights: layer.weights,
      constants: layer.constants,
      input_gates: layer.inputGates,
      state_in: current(layer.state),
      state_out: next(layer.state),
      cell_state: layer.cell,
      output: layer.output,
      stages: layer.stages,
      ...layer.gateTables.bindings,
    },
    workgroups: [sizes.batch, lowered.directions.length, 1],
    work: sequenceSteps(at(lowered.directions, 0), sizes) * (TIMESTEP_WORK + stepWork(layer)),
  };
}

/** @param planFused plans what is a step but for a projection, without layer norm */
function planSteps(
  layer: Layer,
  builder: PlanBuilder,
  planFused: (layer: Layer, builder: PlanBuilder, hidden: BufferRange | null) => PlannedDispatch,
): void {
  const { lowered, variant, sizes, state } = layer;
  const parameters = at(lowered.directions, 0);
  const hidden = variant.projection
    ? builder.scratch(
        `${lowered.op.name} hidden`,
        lowered.directions.length * paddedBatchOf(layer) * rowWords(parameters.units) * 4,
      )
    : null;
  const body = variant.layerNorm
    ? planNormalizedStep(layer, builder, hidden)
    : [planFused(layer, builder, hidden)];
  if (hidden !== null) body.push(planProjection(layer, builder, hidden));
  builder.push({
    kind: 'repeat',
    times: sizes.timesteps,
    body: [...body, { kind: 'exchange', pair: state }],
  });
}

function planStep(layer: Layer, builder: PlanBuilder, hidden: BufferRange | null): PlannedDispatch {
  const { lowered, variant, choice, trace } = layer;
  return builder.dispatch(
    lstmStep,
    {
      overrides: {
        coupled_gates: variant.coupledGates,
        peephole: variant.peephole,
        projection: variant.projection,
        trace,
      },
      constants: { ROWS: choice.stepRows, SLOTS: gateCount(variant), WORKGROUP: choice.workgroup },
      alternatives: layer.gateTables.alternatives,
    },
    {
      bindings: {
        params: layer.params,
        weights: recurrentSection(layer),
        constants: layer.constants,
        input_gates: layer.inputGates,
        state_in: current(layer.state),
        state_out: hidden ?? next(layer.state),
        cell_state: layer.cell,
        output: layer.output,
        stages: layer.stages,
        ...layer.gateTables.bindings,
      },
      workgroups: stepWorkgroups(layer, at(lowered.directions, 0).units, choice.workgroup),
      work: recurrentWork(layer),
    },
  );
}

function planFrame(layer: Layer, builder: PlanBuilder, hidden: BufferRange | null): PlannedDispatch {
  const { lowered, variant, choice, sizes } = layer;
  return builder.dispatch(
    lstmFrame,
    {
      overrides: {
        coupled_gates: variant.coupledGates,
        peephole: variant.peephole,
        projection: variant.projection,
      },
      constants: { ROWS: choice.stepRows, SLOTS: gateCount(variant), WORKGROUP: choice.workgroup },
      alternatives: layer.gateTables.alternatives,
    },
    {
      bindings: {
        params: layer.params,
        input_weights: inputWeights(lowered, builder).own,
        weights: recurrentSection(layer),
        constants: layer.constants,
        activation: layer.input.range,
        state_in: current(layer.state),
        state_out: hidden ?? next(layer.state),
        cell_state: layer.cell,
        output: layer.output,
        ...layer.gateTables.bindings,
      },
      workgroups: stepWorkgroups(layer, at(lowered.directions, 0).units, choice.workgroup),
      work: inputWork(lowered, sizes.rows) + recurrentWork(layer),
    },
  );
}

function planNormalizedStep(
  layer: Layer,
  builder: PlanBuilder,
  hidden: BufferRange | null,
): PlannedDispatch[] {
  const { lowered, variant, choice, sizes, trace } = layer;
  const { units } = at(lowered.directions, 0);
  const gateSums = builder.scratch(
    `${lowered.op.name} gate sums`,
    lowered.directions.length * paddedBatchOf(layer) * paddedUnits(units) * 8,
  );
  const gates = builder.dispatch(
    lstmGates,
    {
      overrides: { trace },
      constants: { ROWS: choice.stepRows, SLOTS: gateCount(variant), WORKGROUP: choice.workgroup },
    },
    {
      bindings: {
        params: layer.params,
        weights: recurrentSection(layer),
        constants: layer.constants,
        input_gates: layer.inputGates,
        state_in: current(layer.state),
        gate_sums: gateSums,
        stages: layer.stages,
      },
      workgroups: stepWorkgroups(layer, units, choice.workgroup),
      work: recurrentWork(layer),
    },
  );
  const cell = builder.dispatch(
    lstmCell,
    {
      overrides: {
        coupled_gates: variant.coupledGates,
        peephole: variant.peephole,
        projection: variant.projection,
        trace,
      },
      constants: { WORKGROUP: Math.max(choice.workgroup, MIN_MOMENTS_WORKGROUP) },
      alternatives: layer.gateTables.alternatives,
    },
    {
      bindings: {
        params: layer.params,
        constants: layer.constants,
        gate_sums: gateSums,
        state_in: current(layer.state),
        state_out: hidden ?? next(layer.state),
        cell_state: layer.cell,
        output: layer.output,
        stages: layer.stages,
        ...layer.gateTables.bindings,
      },
      workgroups: [sizes.batch, lowered.directions.length, 1],
      work: 0,
    },
  );
  return [gates, cell];
}

function planProjection(layer: Layer, builder: PlanBuilder, hidden: BufferRange): PlannedDispatch {
  const { lowered, choice, sections, weights, sizes } = layer;
  const { outputElements, units } = at(lowered.directions, 0);
  return builder.dispatch(
    projection,
    { overrides: {}, constants: { ROWS: choice.stepRows, SLOTS: 4, WORKGROUP: choice.projectionWorkgroup } },
    {
      bindings: {
        params: layer.params,
        weights: {
          buffer: weights.buffer,
          offset: sections.projectionWeightsOffset,
          byteLength: sections.projectionBiasOffset - sections.projectionWeightsOffset,
        },
        bias: {
          buffer: weights.buffer,
          offset: sections.projectionBiasOffset,
          byteLength: sections.byteLength - sections.projectionBiasOffset,
        },
        hidden,
        state_in: current(layer.state),
        state_out: next(layer.state),
        output: layer.output,
      },
      workgroups: stepWorkgroups(layer, Math.ceil(outputElements / 4), choice.projectionWorkgroup),
      work: lowered.directions.length * sizes.batch * outputElements * units,
    },
  );
}

function recurrentSection({ weights, sections }: Layer): BufferRange {
  return { ...weights, byteLength: sections.recurrentBytes };
}

/** Quads by workgroup, batch rows by tile, directions. */
function stepWorkgroups(
  { lowered, choice, sizes }: Layer,
  quads: number,
  workgroup: number,
): [number, number, number] {
  return [Math.ceil(quads / workgroup), Math.ceil(sizes.batch / choice.stepRows), lowered.directions.length];
}

function paddedBatchOf({ choice, sizes }: Pick<Layer, 'choice' | 'sizes'>): number {
  return Math.ceil(sizes.batch / choice.stepRows) * choice.stepRows;
}

function recurrentWork({ lowered, variant, sizes }: Layer): number {
  const { units, outputElements } = at(lowered.directions, 0);
  return lowered.directions.length * sizes.batch * units * gateCount(variant) * outputElements;
}

function stepWork(layer: Layer): number {
  const { units, outputElements } = at(layer.lowered.directions, 0);
  const projected = layer.variant.projection
    ? layer.lowered.directions.length * layer.sizes.batch * units * outputElements
    : 0;
  return recurrentWork(layer) + projected;
}
