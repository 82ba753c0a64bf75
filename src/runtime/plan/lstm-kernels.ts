import type { LstmDirectionParameters } from '../../contract/lstm-parameters';
import { rowWords } from '../../contract/packing';
import { at } from '../../errors';
import type { GateTables } from './gate-tables';
import type { LstmTuning } from './lstm-tuning';
import type { RowSharing } from './plan-builder';

/**
 * How a layer is run: one dispatch or more per timestep, or many timesteps in one dispatch with the weights read again for each
 * (`sequence`) or kept in registers (`resident`), all of them behind the input product of all timesteps; or a call of one timestep
 * with its input product in one dispatch (`frame`). Layers that follow each other can be resident all at once, each a few timesteps
 * behind the one below it (`wavefront`).
 */
export type LstmPath = 'step' | 'sequence' | 'resident' | 'frame' | 'wavefront';

/** Gate functions in fixed-point arithmetic, or looked up in tables that it made; the values are the same. */
export type Activations = 'computed' | 'table';

/** Sizes that specialise a layer's kernels. */
export interface LstmKernelChoice {
  readonly path: LstmPath;
  readonly activations: Activations;
  /** Rows per invocation of the input product. */
  readonly productRows: number;
  /** Batch rows per invocation of a step. */
  readonly stepRows: number;
  /** Invocations per workgroup of everything but the projection and the kernels of whole sequences. */
  readonly workgroup: number;
  readonly projectionWorkgroup: number;
  /** Invocations per workgroup of the sequence kernel; a power of two. */
  readonly sequenceWorkgroup: number;
  /** Cells per invocation of the sequence kernel. */
  readonly sequenceCells: number;
  /** Invocations per workgroup of the resident kernel: one for each cell. */
  readonly residentWorkgroup: number;
}

/**
 * Rows per invocation of a product at most. Sixteen rows load weights half as often, but their sums leave the processor's
 * registers: with sharing, 8 rows do 11.2 GMAC per processor second in a step of 512 cells and 32 rows against 9.7, 12.7 against 9.3
 * with 1024 cells and 16 rows, and 13.3 against 12.0 in the input product (lavapipe, interleaved, 2026-11-26); without, 6.8 against
 * 3.2 (S4, 2026-11-23).
 */
const MOST_ROWS: Readonly<Record<RowSharing, number>> = { subgroup: 8, plain: 8 };
const STEP_WORKGROUP = 64;
/**
 * A projection has a quarter of an invocation per output element: with 64 to a workgroup, 640 elements made 3 workgroups, of
 * which two processors have to wait for one (0.55 ms a step of S8's batch of 8, 0.30 ms with 32; lavapipe, 2026-11-26).
 */
const PROJECTION_WORKGROUP = 32;
/** Largest layer that the sequence kernel is chosen for; above it one workgroup per batch row is too few. */
const SEQUENCE_UNITS = 256;
/** Batches above this reuse weights better with row tiles, which only the step kernels have. */
const SEQUENCE_BATCH = 4;
/**
 * Cells of the resident kernel: WebGPU's default limit of invocations per workgroup. Against the streamed kernel it takes 57 % of
 * the processor time at 64 cells, 48 % at 128 and 42 % at 256 (lavapipe, 2026-11-23, docs/performance.md).
 */
const RESIDENT_UNITS = 256;
/** Shorter runs do not make up for loading the weights into registers. */
const RESIDENT_TIMESTEPS = 8;
/**
 * Timesteps times cells of a layer from which on a wavefront makes up for its dispatches and copies: it takes 84 % of the time of two
 * resident layers at 128 cells and 64 timesteps, as long at 64 and 128, longer at 64 and 100 (lavapipe on 2 processors, 2026-11-27).
 */
const WAVEFRONT_CELL_STEPS = 2 ** 13;
/**
 * Batch rows of a wavefront. Two rows keep 2 processors busy as they are: there it takes a fifth more time (the same measurement).
 * Adapters with more of them may want it for more rows, which a tuner finds out.
 */
const WAVEFRONT_BATCH = 1;
/** Whole subgroups, of whichever size. */
const RESIDENT_LANES = 32;
/** An invocation for each gate and section of a row's moments (shaders/lib/row_moments.wgsl). */
const MIN_SEQUENCE_WORKGROUP = 64;
const MAX_SEQUENCE_WORKGROUP = 256;
const MAX_SEQUENCE_CELLS = 4;
const MIN_SEQUENCE_ACTIVATION_WORDS = 64;
/** WebGPU's default limit of workgroup memory. */
const WORKGROUP_BYTES = 16_384;
/** Bytes of a row's moments per invocation, and of their sections and statistics (shaders/lib/row_moments.wgsl). */
const MOMENT_BYTES = 48;
const STATISTICS_BYTES = 64 * 16 + 4 * 12;

/** What of a device, and of what a caller insists on there, decides between kernels. */
export interface LstmKernelOptions {
  /** Null: what suits the layer. */
  readonly path: LstmPath | null;
  readonly rows: RowSharing;
  /** Null where there are no tables: everything is computed. */
  readonly gateTables: GateTables | null;
}

/**
 * Chooses kernels and tile sizes for a layer; a good default without any measuring.
 *
 * @param directions of the layer
 * @param device how kernels run where nobody chose otherwise, and what the caller insists on: a path is taken if the kernel can
 * hold the layer at all
 * @param tuned what a tuner found best; a path that cannot hold the layer is passed over
 * @param isStacked whether its neighbours can be advanced along with it (`stackOf`)
 */
export function chooseLstmKernels(
  directions: readonly LstmDirectionParameters[],
  sizes: { readonly batch: number; readonly rows: number; readonly timesteps: number },
  device: LstmKernelOptions,
  tuned: LstmTuning = {},
  isStacked = false,
): LstmKernelChoice {
  const parameters = at(directions, 0);
  const { path: forced, rows: sharing } = device;
  const sequenceWorkgroup = Math.min(
    MAX_SEQUENCE_WORKGROUP,
    Math.max(MIN_SEQUENCE_WORKGROUP, nextPowerOfTwo(parameters.units)),
  );
  const sequenceCells = Math.ceil(parameters.units / sequenceWorkgroup);
  const fits: Readonly<Record<LstmPath, boolean>> = {
    step: true,
    sequence: sequenceFits(parameters, sequenceWorkgroup, sequenceCells),
    resident: sharing === 'subgroup' && residentFits(parameters),
    wavefront: isStacked && sharing === 'subgroup' && residentFits(parameters),
    frame: sizes.timesteps === 1 && parameters.gates.forget.layerNorm === null,
  };
  const preferred = preferredPaths(parameters, sizes);
  const wanted =
    forced === null ? [...(tuned.path === undefined ? [] : [tuned.path]), ...preferred] : [forced];
  return {
    path: wanted.find((path) => fits[path]) ?? 'step',
    activations: device.gateTables?.choose(directions, tuned) ?? 'computed',
    productRows: rowTile(sizes.rows, tuned.productRows ?? MOST_ROWS[sharing]),
    stepRows: rowTile(sizes.batch, MOST_ROWS[sharing]),
    workgroup: tuned.workgroup ?? STEP_WORKGROUP,
    projectionWorkgroup: PROJECTION_WORKGROUP,
    sequenceWorkgroup,
    sequenceCells,
    residentWorkgroup: Math.ceil(parameters.units / RESIDENT_LANES) * RESIDENT_LANES,
  };
}

/** Paths for a layer, the fastest first; the first one that can hold the layer is taken. */
function preferredPaths(
  parameters: LstmDirectionParameters,
  { batch, timesteps }: { readonly batch: number; readonly timesteps: number },
): readonly LstmPath[] {
  if (timesteps === 1 && parameters.gates.forget.layerNorm === null) return ['frame'];
  if (parameters.units > SEQUENCE_UNITS || batch > SEQUENCE_BATCH) return ['step'];
  if (timesteps < RESIDENT_TIMESTEPS) return ['sequence'];
  const isWavefront = batch <= WAVEFRONT_BATCH && timesteps * parameters.units >= WAVEFRONT_CELL_STEPS;
  return isWavefront ? ['wavefront', 'resident', 'sequence'] : ['resident', 'sequence'];
}

/** One invocation per cell, and no more than that. */
export function residentFits(parameters: LstmDirectionParameters): boolean {
  return parameters.units <= RESIDENT_UNITS && isFused(parameters);
}

/** Whether a cell's update needs nothing of other cells, so that one dispatch is a whole step. */
function isFused({ gates, projection }: LstmDirectionParameters): boolean {
  return projection === null && gates.forget.layerNorm === null;
}

/**
 * Words of workgroup memory that the sequence kernel has for packed activations. Rounded up to powers of two, so that layers
 * of about the same size share one compiled kernel: what that takes is seconds on some drivers.
 */
export function sequenceActivationWords({
  outputElements,
  units,
  projection,
}: LstmDirectionParameters): number {
  const words = rowWords(outputElements) + (projection === null ? 0 : rowWords(units));
  return Math.max(MIN_SEQUENCE_ACTIVATION_WORDS, nextPowerOfTwo(words));
}

function sequenceFits(parameters: LstmDirectionParameters, workgroup: number, cells: number): boolean {
  const moments = MOMENT_BYTES * workgroup + STATISTICS_BYTES;
  const bytes = moments + 4 * sequenceActivationWords(parameters) + 4 * workgroup * cells;
  return cells <= MAX_SEQUENCE_CELLS && bytes <= WORKGROUP_BYTES;
}

/** Rows per invocation: as many as there are, in powers of two up to `most`. */
export function rowTile(rows: number, most: number): number {
  return Math.min(most, nextPowerOfTwo(rows));
}

function nextPowerOfTwo(value: number): number {
  return 2 ** Math.ceil(Math.log2(value));
}
