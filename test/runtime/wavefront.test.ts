import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Graph } from '../../src/model';
import { buildPlan } from '../../src/runtime/plan/build-plan';
import { layerKey } from '../../src/runtime/plan/lstm-tuning';
import type { LayerTunings } from '../../src/runtime/plan/lstm-tuning';
import type { LstmPath } from '../../src/runtime/plan/lstm-kernels';
import { stackOf } from '../../src/runtime/plan/lstm-stack';
import type { GpuPlan, PlannedDispatch } from '../../src/runtime/plan/plan';
import { WAVE_TIMESTEPS } from '../../src/runtime/plan/plan-wavefront';
import { executable, lowered } from '../support/gpu-session';
import { PLAIN } from '../support/integer-lstm';
import { stackedLayers } from '../support/test-graphs';

type LayerOptions = Parameters<typeof stackedLayers>[0][number];

function layersOf(count: number, options: LayerOptions): Graph {
  return stackedLayers(Array.from({ length: count }, () => options));
}

interface Options {
  readonly batch?: number;
  readonly timesteps: number;
  readonly path?: LstmPath | null;
  readonly trace?: boolean;
  readonly rows?: 'subgroup' | 'plain';
  readonly tunings?: LayerTunings;
}

function planOf(graph: Graph, options: Options): GpuPlan {
  return buildPlan(executable(graph), {
    batch: 1,
    path: 'wavefront',
    trace: false,
    dot: 'packed',
    rows: 'subgroup',
    ...options,
  });
}

/** Kernels in order, those that are repeated with how often. */
function outline({ commands }: GpuPlan): string[] {
  return commands.map((command) => {
    if (command.kind === 'repeat') {
      const body = command.body.map((inner) =>
        inner.kind === 'dispatch' ? inner.contract.kernel : inner.kind,
      );
      return `${command.times} x ${body.join(', ')}`;
    }
    return command.kind === 'dispatch' ? command.contract.kernel : command.kind;
  });
}

function dispatch(plan: GpuPlan, kernel: string): PlannedDispatch {
  const all = plan.commands.flatMap((command) => (command.kind === 'repeat' ? command.body : [command]));
  const found = all.find((command) => command.kind === 'dispatch' && command.contract.kernel === kernel);
  if (found?.kind !== 'dispatch') throw new Error(`the plan has no ${kernel}`);
  return found;
}

/** Sizes of the stacks that a graph's layers are in, and their places there. */
function places(graph: Graph): (string | null)[] {
  const program = lowered(graph);
  return program.ops.map((op) => {
    const place = op.kind === 'lstm' ? stackOf(program, op) : null;
    return place === null ? null : `${place.index} of ${place.layers.length}`;
  });
}

describe('a stack', () => {
  it('is layers of the same kind, each reading what the one below it puts out', () => {
    expect(places(layersOf(1, { units: 16 }))).toEqual([null]);
    expect(places(layersOf(3, { units: 16 }))).toEqual(['0 of 3', '1 of 3', '2 of 3']);
    expect(places(layersOf(2, { units: 16, timeMajor: true }))).toEqual(['0 of 2', '1 of 2']);
    const peephole = { units: 32, variant: { ...PLAIN, peephole: true } };
    const coupled = { units: 32, variant: { ...PLAIN, coupledGates: true } };
    const mixed = [{ units: 32 }, peephole, peephole, coupled, coupled, { units: 48 }];
    expect(places(stackedLayers(mixed))).toEqual([null, '0 of 2', '1 of 2', '0 of 2', '1 of 2', null]);
  });

  it('has four layers at most', () => {
    const lengths = (count: number): unknown => places(layersOf(count, { units: 16 }));
    expect(lengths(5)).toEqual(['0 of 4', '1 of 4', '2 of 4', '3 of 4', null]);
    expect(lengths(6)).toEqual(['0 of 4', '1 of 4', '2 of 4', '3 of 4', '0 of 2', '1 of 2']);
  });

  it.each<readonly [string, readonly LayerOptions[]]>([
    ['layer norm', Array(2).fill({ units: 16, variant: { ...PLAIN, layerNorm: true } })],
    ['projection', Array(2).fill({ units: 16, outputs: 16, variant: { ...PLAIN, projection: true } })],
    ['a reversed layer', [{ units: 16 }, { units: 16, direction: 'reverse' }]],
    ['constants that no bind group can point to', Array(2).fill({ units: 24 })],
    ['more cells than a workgroup', Array(2).fill({ units: 272 })],
  ])('ends at %s', (_, layers) => {
    expect(places(stackedLayers(layers))).toEqual([null, null]);
  });
});

describe('a wavefront', () => {
  it('is one product, then waves of all layers, between copies of the state', () => {
    const plan = planOf(layersOf(3, { units: 16 }), { batch: 2, timesteps: 3 * WAVE_TIMESTEPS + 1 });
    const copies = Array<string>(6).fill('copy');
    expect(outline(plan)).toEqual([
      'input_product',
      'copy',
      'copy',
      ...copies,
      '6 x wave_product, lstm_resident, exchange',
      ...copies,
    ]);
    expect(dispatch(plan, 'lstm_resident').workgroups).toEqual([2, 3, 1]);
    expect(dispatch(plan, 'wave_product').workgroups).toEqual([1, 2 * (WAVE_TIMESTEPS / 8), 2]);
    expect(plan.states.map(({ layer }) => layer)).toEqual(['lstm_0', 'lstm_1', 'lstm_2']);
  });

  it('has a wave for each chunk, and one more for each layer above the first', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 2, max: 4 }), (timesteps, layers) => {
        const { commands } = planOf(layersOf(layers, { units: 16 }), { timesteps });
        const repeat = commands.find((command) => command.kind === 'repeat')!;
        // The last layer is at its last timestep in the last wave, and not before.
        const firstOfLast = (repeat.times - 1) * WAVE_TIMESTEPS - (layers - 1) * WAVE_TIMESTEPS;
        expect(firstOfLast).toBeLessThan(timesteps);
        expect(firstOfLast + WAVE_TIMESTEPS).toBeGreaterThanOrEqual(timesteps);
      }),
      { numRuns: 25 },
    );
  });

  it('takes the place of resident layers in long calls, and of nothing else', () => {
    const kernelsOf = (options: Options, units = 64): string[] =>
      outline(planOf(layersOf(2, { units }), { path: null, ...options })).filter(
        (kernel) => kernel !== 'copy',
      );
    const layerByLayer = ['input_product', '1 x lstm_resident, exchange'];
    const wavefront = expect.stringContaining('wave_product') as unknown;
    expect(kernelsOf({ timesteps: 128 })).toEqual(['input_product', wavefront]);
    expect(kernelsOf({ timesteps: 127 })).toEqual([...layerByLayer, ...layerByLayer]);
    expect(kernelsOf({ timesteps: 32 }, 256)).toEqual(['input_product', wavefront]);
    expect(kernelsOf({ timesteps: 128, trace: true })).toEqual([...layerByLayer, ...layerByLayer]);
    expect(kernelsOf({ timesteps: 128, path: 'resident' })).toEqual([...layerByLayer, ...layerByLayer]);
    expect(kernelsOf({ timesteps: 128, rows: 'plain' })).not.toContainEqual(wavefront);
    expect(kernelsOf({ timesteps: 128, batch: 2 })).not.toContainEqual(wavefront);
    expect(kernelsOf({ timesteps: 1 })).not.toContainEqual(wavefront);
    expect(kernelsOf({ timesteps: 2, path: 'wavefront' })).toEqual(['input_product', wavefront]);
  });

  it('gives way to layers one by one where the gates of all exceed a binding', () => {
    const graph = layersOf(4, { units: 256 });
    expect(outline(planOf(graph, { timesteps: 16_384 })).join()).toContain('wave_product');
    expect(outline(planOf(graph, { timesteps: 16_385 })).join()).not.toContain('wave_product');
  });

  it('is taken by all layers of a stack or by none', () => {
    const graph = layersOf(2, { units: 64 });
    const sizes = { batch: 1, timesteps: 128 };
    const [first, second] = lowered(graph).ops.map((op) =>
      op.kind === 'lstm' ? layerKey(op.directions[0]!, 1, sizes) : '',
    );
    const kernelsOf = (tunings: LayerTunings): string =>
      outline(planOf(graph, { ...sizes, path: null, tunings })).join();
    expect(kernelsOf({ [first!]: { path: 'wavefront' } })).toContain('wave_product');
    expect(kernelsOf({ [second!]: { path: 'step' } })).toBe(
      'input_product,1 x lstm_resident, exchange,input_product,128 x lstm_step, exchange',
    );
  });

  it('leaves weights, constants and state where other plans have them', () => {
    const graph = layersOf(3, { units: 48, variant: { ...PLAIN, coupledGates: true } });
    const constants = (plan: GpuPlan): unknown => {
      const all = plan.commands.flatMap((command) => (command.kind === 'repeat' ? command.body : [command]));
      const buffers = all
        .flatMap((command) => (command.kind === 'dispatch' ? Object.values(command.bindings) : []))
        .flatMap((binding) =>
          'pair' in binding || binding.buffer.lifetime !== 'model' ? [] : [binding.buffer],
        );
      return new Map(buffers.map(({ key, byteLength }) => [key, byteLength]));
    };
    const wavefront = planOf(graph, { timesteps: 40 });
    for (const path of ['resident', 'sequence', 'step', 'frame'] as const) {
      const other = planOf(graph, { timesteps: path === 'frame' ? 1 : 40, path });
      expect(other.states).toEqual(wavefront.states);
      if (path !== 'frame') expect(constants(other)).toEqual(constants(wavefront));
      for (const command of other.commands.flatMap((each) => (each.kind === 'repeat' ? each.body : [each]))) {
        if (command.kind !== 'dispatch') continue;
        for (const binding of Object.values(command.bindings)) {
          if (!('pair' in binding)) expect(binding.offset % 256).toBe(0);
        }
      }
    }
  });
});
