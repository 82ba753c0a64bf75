import type { LayerTrace } from 'octogate';
import { HeatMap } from '../../ui/heat-map';

const GATES = ['input gate', 'forget gate', 'cell gate', 'output gate'] as const;
/** Ends of Q0.15 and of int8. */
const Q0_15 = 32_768;
const INT8 = 128;

/** Of one sequence. */
type Stages = Pick<LayerTrace, 'timesteps' | 'units' | 'activation' | 'cell' | 'hidden'>;

/** Gates, cell state and hidden state of every timestep, as the kernels computed them. */
export function StageMaps({ trace }: { readonly trace: Stages }) {
  const { timesteps, units, activation, cell, hidden } = trace;
  const size = { columns: timesteps, rows: units };
  const largestCell = cell.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
  return (
    <div class="maps">
      {GATES.map((title, gate) => (
        <HeatMap
          key={title}
          title={title}
          unit="int16, Q0.15"
          values={gateOf(activation, gate, timesteps, units)}
          limit={Q0_15}
          {...size}
        />
      ))}
      <HeatMap title="cell state" unit="int16" values={cell} limit={largestCell} {...size} />
      <HeatMap title="hidden state" unit="int8" values={hidden} limit={INT8} {...size} />
    </div>
  );
}

/** One gate out of `[timesteps, 4, units]`. */
function gateOf(values: Int16Array, gate: number, timesteps: number, units: number): Int16Array {
  const result = new Int16Array(timesteps * units);
  for (let timestep = 0; timestep < timesteps; timestep++) {
    const start = (timestep * 4 + gate) * units;
    result.set(values.subarray(start, start + units), timestep * units);
  }
  return result;
}
