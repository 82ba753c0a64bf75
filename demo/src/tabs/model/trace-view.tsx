import { useState } from 'preact/hooks';
import type { TraceResult } from '../../worker/model/model-runner';
import { StageMaps } from '../digits/stage-maps';
import { counted } from './words';

/** Heat maps of one layer at a time. */
export function TraceView({ trace }: { readonly trace: TraceResult }) {
  const [chosen, choose] = useState(0);
  const { layers, timesteps } = trace;
  const layer = layers[chosen] ?? layers[0];
  if (layer === undefined) return <p class="note">There is no LSTM to look into.</p>;
  const direction =
    layer.direction === 'forward' ? '' : ', in the order of computation, from the last timestep on';
  return (
    <div data-testid="trace">
      <h3>Inside the LSTM</h3>
      <div class="row" role="group" aria-label="Layer">
        {layers.map(({ layer: name, direction: way }, index) => (
          <button
            key={index}
            type="button"
            class="quiet"
            aria-pressed={layers[index] === layer}
            onClick={() => {
              choose(index);
            }}
          >
            {name} {layers.some((other) => other.layer === name && other.direction !== way) ? way : ''}
          </button>
        ))}
      </div>
      <p class="note">
        The first sequence: every column is a timestep{direction}, every line one of {layer.units} units.
        {layer.timesteps < timesteps && ` The first ${layer.timesteps} of ${counted(timesteps, 'timestep')}.`}
      </p>
      <StageMaps trace={layer} />
    </div>
  );
}
