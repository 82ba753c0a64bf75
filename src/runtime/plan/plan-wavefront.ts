import { contract as lstmResident } from '../../contract/kernels/lstm_resident';
import { contract as waveProduct } from '../../contract/kernels/wave_product';
import { variantOf } from '../../contract/lstm-layout';
import { packedLstmSections, paddedUnits } from '../../contract/lstm-packing';
import { lstmParams } from '../../contract/lstm-params';
import { depthBlocks } from '../../contract/packing';
import { packStruct } from '../../contract/struct-layout';
import { at } from '../../errors';
import type { LoweredLstm } from '../../lower/lstm';
import type { GateTables } from './gate-tables';
import { cellConstants, gateCount, inputBias, inputWeights, recurrentWeights } from './lstm-constants';
import { lstmParamsOf } from './lstm-params-of';
import { lstmState } from './lstm-state';
import type { LstmState } from './lstm-state';
import { inputWork, planInputProduct } from './plan-input-product';
import { plannedGateTables } from './planned-gate-tables';
import { current, next, wholeOf } from './plan-builder';
import { TIMESTEP_WORK } from './plan-lstm';
import type { PlanBuilder } from './plan-builder';
import type { StackSizes } from './wavefronts';
import type { PlannedBuffer, PlannedCopy, StatePair } from './plan';

/**
 * Timesteps that a layer is ahead of the one above it. Fewer make more dispatches, more let layers idle longer at both ends: of 8, 16,
 * 24 and 32, 16 was best or within 5 % of it with 2 and 4 layers of 96 to 256 cells and 50 to 200 timesteps (lavapipe on
 * 2 processors, 2026-11-27).
 */
export const WAVE_TIMESTEPS = 16;

/**
 * Plans the layers of a stack as a wavefront. In each wave every layer takes WAVE_TIMESTEPS timesteps of what the layer below put
 * out in the wave before, so that workgroups of all layers run side by side; layers idle before their first timestep and after
 * their last one. They stand for the directions of one layer, in buffers of the plan; their states are copied there and back.
 */
export function planWavefront(
  layers: readonly LoweredLstm[],
  { sizes, choice, paddedBatch }: StackSizes,
  builder: PlanBuilder,
  gateTables: GateTables | null | undefined,
): void {
  const first = at(layers, 0);
  const parameters = at(first.directions, 0);
  const padded = paddedUnits(parameters.units);
  const stackName = `${first.op.name} to ${at(layers, layers.length - 1).op.name}`;
  const states = layers.map((layer) => lstmState(layer, paddedBatch, builder));
  const scratch = (name: string, byteLength: number): PlannedBuffer =>
    builder.scratch(`${stackName} ${name}`, byteLength).buffer;
  const hidden = wavePair(states, scratch);
  const cell = scratch(
    'cell state',
    states.reduce((sum, state) => sum + state.cell.byteLength, 0),
  );
  const gateBytes = sizes.rows * padded * 8;
  const inputGates = scratch('input gates', layers.length * gateBytes);
  const unused = wholeOf(scratch('unused', 16));
  const input = builder.value(first.op.input);
  const [lowest, ...others] = layers.map(({ op }) => op.directions[0].output);
  if (lowest === undefined) throw new TypeError('a stack has layers');
  const outputs = builder.adjacentValues([lowest, ...others], `${stackName} output`);
  const output = wholeOf(outputs[0].range.buffer);
  const params = builder.uniform(
    `${stackName} parameters`,
    packStruct(
      lstmParams,
      lstmParamsOf(layers, sizes, {
        paddedBatch,
        sections: packedLstmSections(first.directions),
        outputDirectionStride: outputs[0].range.byteLength / 8,
        cellsPerInvocation: choice.sequenceCells,
        sequenceSteps: WAVE_TIMESTEPS,
        laneDelay: WAVE_TIMESTEPS,
      }),
    ),
  );
  const gateFunctions = plannedGateTables(choice, gateTables, params, builder);
  const SLOTS = gateCount(variantOf(parameters));
  const waveRows = sizes.batch * WAVE_TIMESTEPS;
  const upper = at(layers, 1);
  const product = builder.dispatch(
    waveProduct,
    { overrides: {}, constants: { ROWS: choice.productRows, SLOTS, WORKGROUP: choice.workgroup } },
    {
      bindings: {
        params,
        weights: inputWeights(upper, builder).all,
        bias: inputBias(upper, builder).all,
        state_in: current(hidden),
        activation: output,
        gates: wholeOf(inputGates),
      },
      workgroups: [
        Math.ceil(padded / choice.workgroup),
        sizes.batch * Math.ceil(WAVE_TIMESTEPS / choice.productRows),
        layers.length - 1,
      ],
      work: (layers.length - 1) * inputWork(upper, waveRows),
    },
  );
  const recurrence = builder.dispatch(
    lstmResident,
    {
      overrides: { coupled_gates: SLOTS === 3, peephole: variantOf(parameters).peephole, trace: false },
      constants: { SLOTS, WORKGROUP: choice.residentWorkgroup, BLOCKS: depthBlocks(parameters.units) },
      alternatives: gateFunctions.alternatives,
    },
    {
      bindings: {
        params,
        weights: recurrentWeights(first, builder).all,
        constants: cellConstants(first, builder).all,
        input_gates: wholeOf(inputGates),
        state_in: current(hidden),
        state_out: next(hidden),
        cell_state: wholeOf(cell),
        output,
        stages: unused,
        ...gateFunctions.bindings,
      },
      workgroups: [sizes.batch, layers.length, 1],
      work: WAVE_TIMESTEPS * TIMESTEP_WORK + layers.length * waveRows * SLOTS * parameters.units ** 2,
    },
  );

  builder.push(
    planInputProduct(
      {
        lowered: first,
        choice,
        sizes,
        params,
        input,
        inputGates: { buffer: inputGates, offset: 0, byteLength: gateBytes },
        accumulators: unused,
        trace: false,
      },
      builder,
    ),
  );
  const copies = stateCopies(states, hidden, cell);
  for (const role of ['current', 'next'] as const) {
    builder.push({
      kind: 'copy',
      from: { buffer: current(at(states, 0).pair), offset: 0 },
      to: { buffer: { pair: hidden, role }, offset: 0 },
      byteLength: at(states, 0).headBytes,
    });
  }
  for (const copy of copies) builder.push(copy);
  builder.push({
    kind: 'repeat',
    times: Math.ceil(sizes.timesteps / WAVE_TIMESTEPS) + layers.length - 1,
    body: [product, recurrence, { kind: 'exchange', pair: hidden }],
  });
  for (const { from, to, byteLength } of copies)
    builder.push({ kind: 'copy', from: to, to: from, byteLength });
}

/** Hidden states of all layers, behind one clock and the lengths. */
function wavePair(
  states: readonly LstmState[],
  scratch: (name: string, byteLength: number) => PlannedBuffer,
): StatePair {
  const byteLength = states.reduce((sum, { hiddenBytes }) => sum + hiddenBytes, at(states, 0).headBytes);
  const buffers = [scratch('hidden state A', byteLength), scratch('hidden state B', byteLength)] as const;
  return { key: buffers[0].key, buffers };
}

/** Each layer's state to where a wavefront has it. */
function stateCopies(states: readonly LstmState[], hidden: StatePair, cell: PlannedBuffer): PlannedCopy[] {
  return states.flatMap(({ pair, headBytes, hiddenBytes, cell: own }, index): PlannedCopy[] => [
    {
      kind: 'copy',
      from: { buffer: current(pair), offset: headBytes },
      to: { buffer: current(hidden), offset: headBytes + index * hiddenBytes },
      byteLength: hiddenBytes,
    },
    {
      kind: 'copy',
      from: { buffer: own, offset: 0 },
      to: { buffer: cell, offset: index * own.byteLength },
      byteLength: own.byteLength,
    },
  ]);
}
