import { at } from '../errors';
import { GATES } from '../model';
import type { Graph, LstmDirection, LstmOp, Quantization } from '../model';
import { hiddenSite, preActivationSite, tensorSite } from '../quantize/sites';
import type { Site } from '../quantize';
import { variantOf } from '../quantize/quantize-lstm';
import type { LstmVariant } from '../quantize';
import type { LayerTrace } from '../runtime/executor';
import type { FloatValues } from './float-values';
import { GateComparison } from './gate-comparison';
import type { GateReport } from './gate-comparison';
import { Growth } from './growth';
import type { GrowthPoint } from './growth';
import { INT16_REACH, INT8_REACH, SignalComparison } from './signal';
import type { IntegerMeaning, SignalReport } from './signal';

/** One direction of an LSTM layer, stage by stage. */
export interface LstmReport {
  /** Name of the layer in the float model, with its direction where it has two. */
  readonly layer: string;
  /** The way it goes through time. */
  readonly direction: LstmDirection['direction'];
  /** Stages that it has or lacks. */
  readonly variant: LstmVariant;
  /** Number of its cells. */
  readonly units: number;
  /** In the order of TFLite; a coupled layer has no input gate. */
  readonly gates: readonly GateReport[];
  /** The cell state, after each timestep. */
  readonly cell: CellReport;
  /** `o * tanh(c)`: the output, or what is projected. */
  readonly hidden: SignalReport;
}

/** A cell state against its power-of-two scale. */
export interface CellReport extends SignalReport {
  /** The scale is 2^scaleLog2. */
  readonly scaleLog2: number;
  /** Bits between the largest magnitude seen and what the scale can hold; negative where it clips. */
  readonly headroomBits: number | null;
  /** The error along the sequence. */
  readonly growth: readonly GrowthPoint[];
}

/** Compares one direction of a float layer with the integers of its counterpart. */
export class LstmComparison {
  /** Name under which the integer layer is traced. */
  readonly tracedAs: string;
  readonly #op: LstmOp;
  readonly #float: LstmDirection;
  readonly #integer: LstmDirection;
  readonly #cellSite: Site;
  readonly #gates: readonly GateComparison[];
  readonly #cellScale: number;
  readonly #cell: SignalComparison;
  readonly #hidden: SignalComparison;
  readonly #growth = new Growth();
  #units = 0;

  /**
   * @param tracedAs name under which the integer layer is traced
   * @param float the layer in the float graph, and which of its directions
   * @param integer its counterpart
   */
  constructor(
    tracedAs: string,
    float: { readonly graph: Graph; readonly op: LstmOp; readonly direction: LstmDirection },
    integer: { readonly graph: Graph; readonly direction: LstmDirection },
  ) {
    this.tracedAs = tracedAs;
    this.#op = float.op;
    this.#float = float.direction;
    this.#integer = integer.direction;
    this.#cellSite = tensorSite(float.graph, float.direction.cellState);
    const { gates, projection, hidden, cellState } = integer.direction;
    this.#gates = GATES.flatMap((name) => {
      const source = float.direction.gates[name];
      const target = gates[name];
      if (source === null || target === null) return [];
      const site = preActivationSite(float.op, float.direction, name);
      return [new GateComparison(name, site, float.graph, source, target)];
    });
    this.#cellScale = at(quantizationOf(integer.graph.tensors[cellState]?.quantization).scales, 0);
    this.#cell = new SignalComparison({ scale: this.#cellScale, zeroPoint: 0, ...INT16_REACH });
    this.#hidden = new SignalComparison(hiddenMeaning(quantizationOf(hidden), projection !== null));
  }

  /** What the float run must be watched for. */
  sites(): Site[] {
    return [this.#cellSite, hiddenSite(this.#op, this.#float), ...this.#gates.map(({ site }) => site)];
  }

  /**
   * @param firstTimestep of the call in its sequence
   */
  add(float: FloatValues, trace: LayerTrace, firstTimestep: number): void {
    const { timesteps, batch, units } = trace;
    this.#units = units;
    for (const gate of this.#gates) gate.add(float, trace);
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
      layer: this.#op.directions.length === 1 ? this.#op.name : `${this.#op.name} ${this.#float.direction}`,
      direction: this.#integer.direction,
      variant: variantOf(this.#float),
      units: this.#units,
      gates: this.#gates.map((gate) => gate.report()),
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
