import { at } from '../errors';
import { GATES } from '../model';
import type { GateName, Graph, LstmDirection, LstmOp, Quantization } from '../model';
import { hiddenSite, preActivationSite, tensorSite } from '../quantize/sites';
import type { Site } from '../quantize';
import { variantOf } from '../quantize/quantize-lstm';
import type { LstmVariant } from '../quantize';
import type { LayerTrace } from '../runtime/executor';
import type { FloatValues } from './float-values';
import { Growth } from './growth';
import type { GrowthPoint } from './growth';
import { INT16_REACH, INT8_REACH, SignalComparison } from './signal';
import type { IntegerMeaning, SignalReport } from './signal';

/** Scale of pre-activations that are not normalised: Q3.12. */
const Q3_12 = 2 ** -12;

/** One direction of an LSTM layer, stage by stage. */
export interface LstmReport {
  readonly layer: string;
  readonly direction: LstmDirection['direction'];
  readonly variant: LstmVariant;
  readonly units: number;
  /** Summed products of each gate: what layer norm, or else the activation, takes. A coupled layer has no input gate. */
  readonly gates: readonly { readonly gate: GateName; readonly preActivation: SignalReport }[];
  readonly cell: CellReport;
  /** `o * tanh(c)`: the output, or what is projected. */
  readonly hidden: SignalReport;
}

export interface CellReport extends SignalReport {
  /** The scale is 2^scaleLog2. */
  readonly scaleLog2: number;
  /** Bits between the largest magnitude seen and what the scale can hold; negative where it clips. */
  readonly headroomBits: number | null;
  readonly growth: readonly GrowthPoint[];
}

/** Compares one direction of a float layer with the integers of its counterpart. */
export class LstmComparison {
  readonly layer: string;
  readonly #op: LstmOp;
  readonly #float: LstmDirection;
  readonly #integer: LstmDirection;
  readonly #cellSite: Site;
  readonly #gates: ReadonlyMap<GateName, SignalComparison>;
  readonly #cellScale: number;
  readonly #cell: SignalComparison;
  readonly #hidden: SignalComparison;
  readonly #growth = new Growth();
  #units = 0;

  /**
   * @param layer name under which the integer layer is traced
   * @param float the layer in the float graph, and which of its directions
   * @param integer its counterpart
   */
  constructor(
    layer: string,
    float: { readonly graph: Graph; readonly op: LstmOp; readonly direction: LstmDirection },
    integer: { readonly graph: Graph; readonly direction: LstmDirection },
  ) {
    this.layer = layer;
    this.#op = float.op;
    this.#float = float.direction;
    this.#integer = integer.direction;
    this.#cellSite = tensorSite(float.graph, float.direction.cellState);
    const { gates, projection, hidden, cellState } = integer.direction;
    this.#gates = new Map(
      GATES.flatMap((name) => {
        const gate = gates[name];
        if (gate === null) return [];
        const scale = gate.preActivation === null ? Q3_12 : at(gate.preActivation.scales, 0);
        return [[name, new SignalComparison({ scale, zeroPoint: 0, ...INT16_REACH })] as const];
      }),
    );
    this.#cellScale = at(quantizationOf(integer.graph.tensors[cellState]?.quantization).scales, 0);
    this.#cell = new SignalComparison({ scale: this.#cellScale, zeroPoint: 0, ...INT16_REACH });
    this.#hidden = new SignalComparison(hiddenMeaning(quantizationOf(hidden), projection !== null));
  }

  /** What the float run must be watched for. */
  sites(): Site[] {
    return [
      this.#cellSite,
      hiddenSite(this.#op, this.#float),
      ...Array.from(this.#gates.keys(), (gate) => preActivationSite(this.#op, this.#float, gate)),
    ];
  }

  /**
   * @param firstTimestep of the call in its sequence
   */
  add(float: FloatValues, trace: LayerTrace, firstTimestep: number): void {
    const { timesteps, batch, units } = trace;
    this.#units = units;
    for (const [gate, comparison] of this.#gates) {
      const values = float.joined(preActivationSite(this.#op, this.#float, gate));
      if (values !== null) comparison.add(values, gateOf(trace, GATES.indexOf(gate)));
    }
    const hidden = float.joined(hiddenSite(this.#op, this.#float));
    if (hidden !== null) this.#hidden.add(hidden, trace.hidden);
    const cell = float.joined(this.#cellSite);
    if (cell === null) return;
    const real = this.#cell.add(cell, trace.cell);
    for (let step = 0; step < timesteps; step++) {
      const [begin, end] = [step * batch * units, (step + 1) * batch * units];
      this.#growth.add(firstTimestep + step, cell.subarray(begin, end), real.subarray(begin, end));
    }
  }

  report(): LstmReport {
    const cell = this.#cell.report();
    const reach = Math.max(-cell.floatRange.min, cell.floatRange.max);
    return {
      layer: this.layer,
      direction: this.#integer.direction,
      variant: variantOf(this.#float),
      units: this.#units,
      gates: Array.from(this.#gates, ([gate, comparison]) => ({ gate, preActivation: comparison.report() })),
      cell: {
        ...cell,
        scaleLog2: Math.log2(this.#cellScale),
        headroomBits: reach > 0 ? Math.log2((this.#cellScale * 32768) / reach) : null,
        growth: this.#growth.report(),
      },
      hidden: this.#hidden.report(),
    };
  }
}

/** With projection the hidden value is stored with its zero point negated. */
function hiddenMeaning({ scales, zeroPoints }: Quantization, isProjected: boolean): IntegerMeaning {
  const zeroPoint = at(zeroPoints, 0);
  return { scale: at(scales, 0), zeroPoint: isProjected ? 0 - zeroPoint : zeroPoint, ...INT8_REACH };
}

function quantizationOf(quantization: Quantization | null | undefined): Quantization {
  if (quantization === null || quantization === undefined)
    throw new TypeError('an integer layer without scales');
  return quantization;
}

/** One gate's sums, `[timesteps, batch, units]`, out of `[timesteps, batch, 4, units]`. */
function gateOf({ gateSum, units }: LayerTrace, gate: number): Int16Array {
  const rows = gateSum.length / (4 * units);
  const sums = new Int16Array(rows * units);
  for (let row = 0; row < rows; row++) {
    const begin = (row * 4 + gate) * units;
    sums.set(gateSum.subarray(begin, begin + units), row * units);
  }
  return sums;
}
