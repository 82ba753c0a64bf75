import { at } from '../errors';
import type { ConformanceCase, Constant, GateConstants, Layer, LstmLayer } from './conformance-case';
import { rowIndex } from './sequence-rows';

/** The case with the first timesteps of each call only. */
export function keepTimesteps(conformanceCase: ConformanceCase, timesteps: number): ConformanceCase {
  const rows = Array.from({ length: conformanceCase.batch }, (_, row) => row);
  return keepSequenceRows(conformanceCase, timesteps, rows);
}

/** The case with some batch rows only. */
export function keepBatchRows(conformanceCase: ConformanceCase, rows: readonly number[]): ConformanceCase {
  return keepSequenceRows(conformanceCase, conformanceCase.timesteps, rows);
}

/** The case with some features of its input only. */
export function keepFeatures(conformanceCase: ConformanceCase, features: readonly number[]): ConformanceCase {
  const [first, ...rest] = conformanceCase.layers;
  const [firstCall, ...otherCalls] = conformanceCase.calls;
  const keep = (call: Int8Array): Int8Array => keepColumns(call, first.inputs, features);
  return {
    ...conformanceCase,
    layers: [keepInputs(first, features), ...rest],
    calls: [keep(firstCall), ...otherCalls.map(keep)],
  };
}

/** The case with some units of a layer only; without projection they are its outputs, too. */
export function keepUnits(
  conformanceCase: ConformanceCase,
  layerIndex: number,
  units: readonly number[],
): ConformanceCase {
  const layer = at(conformanceCase.layers, layerIndex);
  const { projection } = layer;
  if (projection === null) {
    return replaceLayer(
      conformanceCase,
      layerIndex,
      { ...keepCells(layer, units), outputs: units.length },
      units,
    );
  }
  const { weights } = projection;
  const kept = {
    ...keepCells(layer, units),
    projection: {
      ...projection,
      weights: {
        ...weights,
        columns: units.length,
        values: keepColumns(weights.values, weights.columns, units),
      },
    },
  };
  return replaceLayer(conformanceCase, layerIndex, kept, null);
}

/** The case with some outputs of a projected layer only. */
export function keepOutputs(
  conformanceCase: ConformanceCase,
  layerIndex: number,
  outputs: readonly number[],
): ConformanceCase {
  const layer = at(conformanceCase.layers, layerIndex);
  const { projection } = layer;
  if (projection === null) throw new TypeError(`layer ${layerIndex} has no projection`);
  const { weights, bias } = projection;
  const kept = {
    ...layer,
    outputs: outputs.length,
    projection: {
      weights: { ...weights, values: keepRows(weights.values, weights.columns, outputs) },
      bias: bias === null ? null : keepRows(bias, 1, outputs),
    },
  };
  return replaceLayer(conformanceCase, layerIndex, kept, outputs);
}

/** Puts a layer in, and lets those that read its outputs, itself and the next, read the kept ones only. */
function replaceLayer(
  conformanceCase: ConformanceCase,
  layerIndex: number,
  layer: LstmLayer,
  keptOutputs: readonly number[] | null,
): ConformanceCase {
  const kept = conformanceCase.layers.map((other, index): Layer => {
    if (index === layerIndex) return keptOutputs === null ? layer : keepRecurrence(layer, keptOutputs);
    return index === layerIndex + 1 && keptOutputs !== null ? keepInputs(other, keptOutputs) : other;
  });
  return { ...conformanceCase, layers: [at(kept, 0), ...kept.slice(1)] };
}

function keepSequenceRows(
  conformanceCase: ConformanceCase,
  timesteps: number,
  batchRows: readonly number[],
): ConformanceCase {
  const { order, layers } = conformanceCase;
  const from = rowIndex(order, conformanceCase.batch, conformanceCase.timesteps);
  const to = rowIndex(order, batchRows.length, timesteps);
  const features = layers[0].inputs;
  const keep = (call: Int8Array): Int8Array => {
    const kept = new Int8Array(timesteps * batchRows.length * features);
    for (let timestep = 0; timestep < timesteps; timestep++) {
      for (const [row, batchRow] of batchRows.entries()) {
        const start = from(timestep, batchRow) * features;
        kept.set(call.subarray(start, start + features), to(timestep, row) * features);
      }
    }
    return kept;
  };
  const [first, ...rest] = conformanceCase.calls;
  return {
    ...conformanceCase,
    batch: batchRows.length,
    timesteps,
    calls: [keep(first), ...rest.map(keep)],
  };
}

/** The rows of a layer's gates that belong to some cells. */
function keepCells(layer: LstmLayer, units: readonly number[]): LstmLayer {
  const vector = (constant: Constant<Int16Array>): Constant<Int16Array> => ({
    ...constant,
    columns: units.length,
    values: keepRows(constant.values, 1, units),
  });
  const kept = mapGates(layer, (gate) => ({
    inputWeights: keepMatrixRows(gate.inputWeights, units),
    recurrentWeights: keepMatrixRows(gate.recurrentWeights, units),
    bias: keepRows(gate.bias, 1, units),
    peephole: gate.peephole === null ? null : vector(gate.peephole),
    layerNorm:
      gate.layerNorm === null
        ? null
        : { ...gate.layerNorm, coefficients: vector(gate.layerNorm.coefficients) },
  }));
  return { ...kept, units: units.length };
}

function keepRecurrence(layer: LstmLayer, outputs: readonly number[]): LstmLayer {
  return mapGates(layer, (gate) => ({
    ...gate,
    recurrentWeights: keepMatrixColumns(gate.recurrentWeights, outputs),
  }));
}

function keepInputs(layer: LstmLayer, inputs: readonly number[]): LstmLayer {
  const kept = mapGates(layer, (gate) => ({
    ...gate,
    inputWeights: keepMatrixColumns(gate.inputWeights, inputs),
  }));
  return { ...kept, inputs: inputs.length };
}

function mapGates(layer: LstmLayer, change: (gate: GateConstants) => GateConstants): LstmLayer {
  const { input, forget, cell, output } = layer.gates;
  return {
    ...layer,
    gates: {
      input: input === null ? null : change(input),
      forget: change(forget),
      cell: change(cell),
      output: change(output),
    },
  };
}

function keepMatrixRows(matrix: Constant<Int8Array>, rows: readonly number[]): Constant<Int8Array> {
  return { ...matrix, values: keepRows(matrix.values, matrix.columns, rows) };
}

function keepMatrixColumns(matrix: Constant<Int8Array>, columns: readonly number[]): Constant<Int8Array> {
  return { ...matrix, columns: columns.length, values: keepColumns(matrix.values, matrix.columns, columns) };
}

function keepRows<T extends Int8Array | Int16Array | Int32Array>(
  values: T,
  columns: number,
  rows: readonly number[],
): T {
  const kept = values.slice(0, rows.length * columns) as T;
  for (const [to, from] of rows.entries()) {
    kept.set(values.subarray(from * columns, (from + 1) * columns), to * columns);
  }
  return kept;
}

function keepColumns(values: Int8Array, columns: number, kept: readonly number[]): Int8Array {
  const rows = values.length / columns;
  return Int8Array.from({ length: rows * kept.length }, (_, place) => {
    const row = Math.floor(place / kept.length);
    return at(values, row * columns + at(kept, place % kept.length));
  });
}
