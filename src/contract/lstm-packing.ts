import { at } from '../errors';
import { GATE_SLOTS } from './lstm-layout';
import type { LstmDirectionParameters, LstmGateParameters } from './lstm-parameters';
import { packedQuadWords, packQuads, QUADS_PER_TILE } from './packing';

/** vec4 elements that a cell takes in the `constants` buffer. */
const CONSTANT_VECTORS = 3;
/** Bind group offsets of storage buffers are multiples of this: WebGPU's default limit. */
const SECTION_ALIGNMENT_BYTES = 256;

/** Units of a direction rounded up to whole tiles. */
export function paddedUnits(units: number): number {
  return Math.ceil(units / QUADS_PER_TILE) * QUADS_PER_TILE;
}

/** Where the parts of a layer's recurrent weight buffer lie; each starts where a bind group may point. */
export interface PackedLstmSections {
  /** Bytes of the recurrent gate quads, which come first. */
  readonly recurrentBytes: number;
  /** Byte offset of the projection's quads; the rest is empty without projection. */
  readonly projectionWeightsOffset: number;
  /** Byte offset of the projection's bias. */
  readonly projectionBiasOffset: number;
  readonly byteLength: number;
}

/** Layout of what `packRecurrentWeights` returns, without packing it. */
export function packedLstmSections(directions: readonly LstmDirectionParameters[]): PackedLstmSections {
  const { units, outputElements, projection, gates } = at(directions, 0);
  const slots = gates.input === null ? 3 : 4;
  const projectionQuads = projection === null ? 0 : Math.ceil(outputElements / 4);
  const recurrentBytes =
    directions.length * 4 * packedQuadWords({ quads: units, slots, depth: outputElements });
  const projectionBytes =
    directions.length * 4 * packedQuadWords({ quads: projectionQuads, slots: 4, depth: units });
  const projectionWeightsOffset = alignSection(recurrentBytes);
  const projectionBiasOffset = alignSection(projectionWeightsOffset + projectionBytes);
  const byteLength = projectionBiasOffset + directions.length * paddedUnits(projectionQuads) * 16;
  return { recurrentBytes, projectionWeightsOffset, projectionBiasOffset, byteLength };
}

/** Quads of the input side of all directions, for `input_product`. */
export function packInputWeights(directions: readonly LstmDirectionParameters[]): Uint32Array<ArrayBuffer> {
  return concatenate(
    directions.map((direction) =>
      packGateQuads(direction, direction.inputElements, ({ inputWeights }) => inputWeights),
    ),
  );
}

/** Effective biases of the input side, `[direction][padded unit]` vec4 over gates. */
export function packInputBias(directions: readonly LstmDirectionParameters[]): Int32Array<ArrayBuffer> {
  const padded = paddedUnits(at(directions, 0).units);
  const words = new Int32Array(directions.length * padded * 4);
  directions.forEach((direction, index) => {
    forEachGate(direction, (gate, slot) => {
      gate.inputBias.forEach((value, unit) => (words[(index * padded + unit) * 4 + slot] = value));
    });
  });
  return words;
}

/** Recurrent quads of all directions, followed by the projections' quads and biases: see `packedLstmSections`. */
export function packRecurrentWeights(
  directions: readonly LstmDirectionParameters[],
): Uint32Array<ArrayBuffer> {
  const { projectionWeightsOffset, projectionBiasOffset, byteLength } = packedLstmSections(directions);
  const recurrent = directions.map((direction) =>
    packGateQuads(direction, direction.outputElements, ({ recurrentWeights }) => recurrentWeights),
  );
  const words = new Uint32Array(byteLength / 4);
  words.set(concatenate(recurrent));
  words.set(concatenate(directions.map(packProjectionQuads)), projectionWeightsOffset / 4);
  words.set(concatenate(directions.map(packProjectionBias)), projectionBiasOffset / 4);
  return words;
}

/**
 * Per cell constants, `[direction][padded unit][3]` vec4: recurrent bias over gates; (peephole i|f, peephole o, layer norm
 * coefficient i|f, coefficient c|o) with the first of each pair in the low half; bias over gates of layer norm, or of the input
 * side without it.
 */
export function packConstants(directions: readonly LstmDirectionParameters[]): Int32Array<ArrayBuffer> {
  const padded = paddedUnits(at(directions, 0).units);
  const words = new Int32Array(directions.length * padded * CONSTANT_VECTORS * 4);
  directions.forEach((direction, index) => {
    for (let unit = 0; unit < direction.units; unit++) {
      const start = (index * padded + unit) * CONSTANT_VECTORS * 4;
      const { input, forget, cell, output } = direction.gates;
      const peephole = (gate: LstmGateParameters | null): number => gate?.peephole?.weights[unit] ?? 0;
      const coefficient = (gate: LstmGateParameters | null): number => gate?.layerNorm?.weights[unit] ?? 0;
      forEachGate(direction, (gate, slot) => {
        words[start + slot] = at(gate.recurrentBias, unit);
        words[start + 8 + slot] = at(gate.layerNorm?.bias ?? gate.inputBias, unit);
      });
      words[start + 4] = packPair(peephole(input), peephole(forget));
      words[start + 5] = peephole(output);
      words[start + 6] = packPair(coefficient(input), coefficient(forget));
      words[start + 7] = packPair(coefficient(cell), coefficient(output));
    }
  });
  return words;
}

function packGateQuads(
  direction: LstmDirectionParameters,
  depth: number,
  weightsOf: (gate: LstmGateParameters) => Int8Array,
): Uint32Array {
  const present = GATE_SLOTS.map((name) => direction.gates[name]).filter((gate) => gate !== null);
  return packQuads({
    quads: direction.units,
    slots: present.length,
    depth,
    row: (unit, slot) => weightsOf(at(present, slot)).subarray(unit * depth, (unit + 1) * depth),
  });
}

function packProjectionQuads({ projection, outputElements, units }: LstmDirectionParameters): Uint32Array {
  if (projection === null) return new Uint32Array(0);
  return packQuads({
    quads: Math.ceil(outputElements / 4),
    slots: 4,
    depth: units,
    row: (quad, slot) => {
      const element = quad * 4 + slot;
      if (element >= outputElements) return null;
      return projection.weights.subarray(element * units, (element + 1) * units);
    },
  });
}

function packProjectionBias({ projection, outputElements }: LstmDirectionParameters): Uint32Array {
  if (projection === null) return new Uint32Array(0);
  const words = new Uint32Array(paddedUnits(Math.ceil(outputElements / 4)) * 4);
  words.set(projection.bias);
  return words;
}

function forEachGate(
  { gates }: LstmDirectionParameters,
  visit: (gate: LstmGateParameters, slot: number) => void,
): void {
  GATE_SLOTS.forEach((name, slot) => {
    const gate = gates[name];
    if (gate !== null) visit(gate, slot);
  });
}

/** Two int16 in a word, the first in the low half. */
function packPair(low: number, high: number): number {
  return (low & 0xffff) | (high << 16);
}

function alignSection(bytes: number): number {
  return Math.ceil(bytes / SECTION_ALIGNMENT_BYTES) * SECTION_ALIGNMENT_BYTES;
}

function concatenate(parts: readonly Uint32Array[]): Uint32Array<ArrayBuffer> {
  const whole = new Uint32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
