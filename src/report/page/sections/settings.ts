import type { QuantizationReport } from '../../report';
import { count, share } from '../format';
import { html } from '../html';
import type { Html } from '../html';

/** How the integers were made, to make them again. */
export function settingsSection({ record, float, integer, tensors, lstms }: QuantizationReport): Html {
  const options = Object.entries(record.options).map(
    ([name, value]) =>
      html`<dt>${name}</dt>
        <dd>${JSON.stringify(value)}</dd>`,
  );
  const saturated = [
    ...tensors.map(({ tensor, signal }) => ({ name: tensor, signal })),
    ...lstms.flatMap(({ layer, gates, cell, hidden }) => [
      ...gates.map(({ gate, preActivation }) => ({ name: `${layer} ${gate} gate`, signal: preActivation })),
      { name: `${layer} cell state`, signal: cell },
      { name: `${layer} hidden`, signal: hidden },
    ]),
  ];
  return html`<section>
    <h2>Saturation</h2>
    <p class="soft">
      Gates by what goes into their functions, which are flat where it ends: clipping there does no harm.
    </p>
    <div class="scroll">
      <table>
        <tr>
          <th>signal</th>
          <th>values</th>
          <th>at the lowest integer</th>
          <th>at the highest</th>
          <th>clipped</th>
        </tr>
        ${saturated.map(
          ({ name, signal }) =>
            html`<tr>
              <td>${name}</td>
              <td>${count(signal.values)}</td>
              <td>${count(signal.saturated.low)}</td>
              <td>${count(signal.saturated.high)}</td>
              <td>${share(signal.clipped, signal.values)}</td>
            </tr>`,
        )}
      </table>
    </div>
    <h2>How it was made</h2>
    <dl>
      <dt>recipe</dt>
      <dd>${record.recipe}</dd>
      <dt>observer</dt>
      <dd>${record.observer}</dd>
      <dt>calibration sequences</dt>
      <dd>${count(record.samples)}</dd>
      <dt>octogate</dt>
      <dd>${record.version}</dd>
      ${options} ${names('scaled inputs', record.scaledInputs)}
      ${names('layers that read copies of their input', record.copiedInputs)}
      ${names('layers with units of constant output', record.widenedLayers)}
      ${names('kept in float', record.keptFloat)}
      <dt>multiply-accumulates per timestep</dt>
      <dd>${count(integer.perTimestep.macs)}, of which ${count(integer.perTimestep.int8Macs)} in int8</dd>
      <dt>weight bytes</dt>
      <dd>${count(integer.perTimestep.weightBytes)} (float: ${count(float.perTimestep.weightBytes)})</dd>
    </dl>
  </section>`;
}

function names(what: string, found: readonly string[]): Html | string {
  if (found.length === 0) return '';
  return html`<dt>${what}</dt>
    <dd>${found.join(', ')}</dd>`;
}
