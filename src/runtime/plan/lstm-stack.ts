import { variantOf } from '../../contract/lstm-layout';
import type { LstmVariant } from '../../contract/lstm-layout';
import { paddedUnits } from '../../contract/lstm-packing';
import type { LstmDirectionParameters } from '../../contract/lstm-parameters';
import { MAX_LANES } from '../../contract/lstm-params';
import { at } from '../../errors';
import type { LoweredLstm } from '../../lower/lstm';
import type { LoweredOp, Program } from '../../lower/program';
import { residentFits } from './lstm-kernels';
import type { LstmKernelChoice } from './lstm-kernels';
import { MAX_BINDING_BYTES } from './plan-builder';

/** Bytes per padded unit of the smallest constants that layers share a buffer for, which each has to bind its part of. */
const UNITS_ALIGNMENT = 16;

/** Where a layer is in a run of layers that can be advanced together, each some timesteps behind the one below it. */
export interface StackPlace {
  /** In order, each reading what the one before it puts out; two at least. */
  readonly layers: readonly LoweredLstm[];
  /** Of the layer. */
  readonly index: number;
}

/**
 * The stack that a layer is part of, which its program alone decides: so plans of all calls find constants and state in the same
 * places. Longer runs of layers make several stacks.
 *
 * @returns null for a layer that has no neighbour of its kind
 */
export function stackOf({ ops }: Program, lowered: LoweredLstm): StackPlace | null {
  let start = ops.indexOf(lowered);
  let end = start + 1;
  while (start > 0 && continues(ops[start - 1], at(ops, start))) start--;
  while (end < ops.length && continues(at(ops, end - 1), ops[end])) end++;
  const run = ops.slice(start, end).filter((op) => op.kind === 'lstm');
  const position = run.indexOf(lowered);
  const first = position - (position % MAX_LANES);
  const layers = run.slice(first, first + MAX_LANES);
  return layers.length > 1 ? { layers, index: position - first } : null;
}

/** Constants of layers that lie side by side, in one buffer for each kind. */
export interface Neighbours {
  readonly name: string;
  /** Of all of them, in order. */
  readonly directions: readonly LstmDirectionParameters[];
  /** Of the layer among them. */
  readonly index: number;
}

/**
 * Layers that a layer's constants lie beside.
 *
 * @param firstLayer of a stack that is among them
 * @returns null for a layer that has its own buffers
 */
export function neighboursOf(program: Program, lowered: LoweredLstm, firstLayer: number): Neighbours | null {
  const stack = stackOf(program, lowered);
  const layers = stack?.layers.slice(firstLayer) ?? [];
  const last = layers.at(-1);
  if (stack === null || stack.index < firstLayer || last === undefined || layers.length === 1) return null;
  return {
    name: `${at(layers, 0).op.name} to ${last.op.name}`,
    directions: layers.map(({ directions }) => at(directions, 0)),
    index: stack.index - firstLayer,
  };
}

/**
 * Chooses a layer's kernels, which of a stack are a wavefront together or not at all.
 *
 * @param rows of each layer's input; the gates of all layers are one binding
 * @param mayStack whether a layer may be part of one
 * @param choose kernels of a layer, that can be advanced along with its neighbours or not
 */
export function chooseTogether(
  program: Program,
  lowered: LoweredLstm,
  rows: number,
  mayStack: (layer: LoweredLstm) => boolean,
  choose: (layer: LoweredLstm, isStacked: boolean) => LstmKernelChoice,
): LstmKernelChoice {
  const layers = stackOf(program, lowered)?.layers ?? [];
  const gateBytes = layers.length * rows * paddedUnits(at(lowered.directions, 0).units) * 8;
  const isStacked = layers.length > 1 && gateBytes <= MAX_BINDING_BYTES && layers.every(mayStack);
  const choice = choose(lowered, isStacked);
  if (choice.path !== 'wavefront') return choice;
  const isByTable = layers.every((layer) => choose(layer, isStacked).activations === 'table');
  return { ...choice, activations: isByTable ? 'table' : 'computed' };
}

/** Whether an op is a layer that can be advanced along with the layer below it, as soon as that has put out a few timesteps. */
function continues(below: LoweredOp | undefined, above: LoweredOp | undefined): boolean {
  if (below?.kind !== 'lstm' || above?.kind !== 'lstm') return false;
  if (!canStack(below) || !canStack(above)) return false;
  const [lower, upper] = [at(below.directions, 0), at(above.directions, 0)];
  return (
    above.op.input === below.op.directions[0].output &&
    above.op.timeMajor === below.op.timeMajor &&
    upper.units === lower.units &&
    sameVariant(variantOf(upper), variantOf(lower))
  );
}

/** One direction, from first to last timestep, on the kernel that a wavefront runs. */
function canStack({ op, directions }: LoweredLstm): boolean {
  const first = at(directions, 0);
  return (
    directions.length === 1 &&
    op.directions[0].direction === 'forward' &&
    !op.oneStep &&
    residentFits(first) &&
    paddedUnits(first.units) % UNITS_ALIGNMENT === 0
  );
}

function sameVariant(a: LstmVariant, b: LstmVariant): boolean {
  return a.coupledGates === b.coupledGates && a.peephole === b.peephole;
}
