import { at } from '../errors';
import { GATES } from '../model';
import type { GateName, Graph, LstmGateTensors } from '../model';
import type { Site } from '../quantize';
import { floatConstant, optionalFloatConstant } from '../quantize/float/constants';
import { normalize } from '../quantize/float/layer-norm';
import { logistic } from '../quantize/float/lstm';
import type { LayerTrace } from '../runtime/executor';
import type { FloatValues } from './float-values';
import { INT16_REACH, SignalComparison } from './signal';
import type { SignalReport } from './signal';

/** Scale of pre-activations that are not normalised: Q3.12. */
const Q3_12 = 2 ** -12;
/** Scale of gates: Q0.15. */
const Q0_15 = 2 ** -15;

/** One gate, before and after its activation. */
export interface GateReport {
  /** Which of the four. */
  readonly gate: GateName;
  /** Summed products: what layer norm, or else the activation, takes. Clipping it far out does no harm. */
  readonly preActivation: SignalReport;
  /** What the gate lets through: the logistic function or the tanh of it. */
  readonly activation: SignalReport;
}

/** Compares one gate of a float layer with the integers of its counterpart. */
export class GateComparison {
  /** What the float run must be watched for. */
  readonly site: Site;
  readonly #gate: GateName;
  readonly #layerNorm: Float32Array | null;
  readonly #bias: Float32Array | null;
  readonly #preActivation: SignalComparison;
  readonly #activation = new SignalComparison({ scale: Q0_15, zeroPoint: 0, ...INT16_REACH });

  /**
   * @param graph the float graph
   * @param source the gate in it
   * @param target the gate in the integer graph
   */
  constructor(gate: GateName, site: Site, graph: Graph, source: LstmGateTensors, target: LstmGateTensors) {
    this.#gate = gate;
    this.site = site;
    this.#layerNorm = source.layerNorm === null ? null : floatConstant(graph, source.layerNorm);
    this.#bias = optionalFloatConstant(graph, source.bias);
    const scale = target.preActivation === null ? Q3_12 : at(target.preActivation.scales, 0);
    this.#preActivation = new SignalComparison({ scale, zeroPoint: 0, ...INT16_REACH });
  }

  /** Takes one call. */
  add(float: FloatValues, trace: LayerTrace): void {
    const values = float.joined(this.site);
    if (values === null) return;
    const gate = GATES.indexOf(this.#gate);
    this.#preActivation.add(values, gateOf(trace.gateSum, trace.units, gate));
    if (this.#layerNorm !== null) normalize(values, trace.units, this.#layerNorm, this.#bias);
    const activations = values.map(this.#gate === 'cell' ? Math.tanh : logistic);
    this.#activation.add(activations, gateOf(trace.activation, trace.units, gate));
  }

  report(): GateReport {
    return {
      gate: this.#gate,
      preActivation: this.#preActivation.report(),
      activation: this.#activation.report(),
    };
  }
}

/** One gate's values, `[timesteps, batch, units]`, out of `[timesteps, batch, 4, units]`. */
function gateOf(values: Int16Array, units: number, gate: number): Int16Array {
  const rows = values.length / (4 * units);
  const ofGate = new Int16Array(rows * units);
  for (let row = 0; row < rows; row++) {
    const begin = (row * 4 + gate) * units;
    ofGate.set(values.subarray(begin, begin + units), row * units);
  }
  return ofGate;
}
