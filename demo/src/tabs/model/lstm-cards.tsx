import type { LstmLayerReport } from 'octogate/inspect';
import { optionsOf, realOf } from './words';

/** The LSTM layers: which of the paper's variants each is, and how large. */
export function LstmCards({ layers }: { readonly layers: readonly LstmLayerReport[] }) {
  if (layers.length === 0) return <p class="note">There is no LSTM in this model.</p>;
  return (
    <ul class="lstms" data-testid="lstms">
      {layers.map((layer, index) => (
        <li key={index}>
          <h3>{layer.name}</h3>
          <p class="sizes">
            <b>{layer.inputElements}</b> inputs <i aria-hidden="true">→</i> <b>{layer.units}</b> units{' '}
            <i aria-hidden="true">→</i> <b>{layer.outputElements}</b> outputs
          </p>
          <ul class="options" aria-label={`variant of ${layer.name}`}>
            {optionsOf(layer).map(([option, has]) => (
              <li key={option} class={has ? 'has' : ''}>
                <span class="sr-only">{has ? '' : 'no '}</span>
                {option}
              </li>
            ))}
          </ul>
          <p class="note">{detailsOf(layer)}</p>
        </li>
      ))}
    </ul>
  );
}

function detailsOf({ directions, layout, cellScale, cellClip, projectionClip }: LstmLayerReport): string {
  return [
    directions.join(' and '),
    layout,
    ...(cellScale === null ? [] : [`cell scale ${realOf(cellScale)}`]),
    ...(cellClip === 0 ? [] : [`cell clip ${cellClip}`]),
    ...(projectionClip === 0 ? [] : [`projection clip ${projectionClip}`]),
  ].join(' · ');
}
