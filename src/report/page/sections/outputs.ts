import type { QuantizationReport } from '../../report';
import { growthChart } from '../charts/growth';
import { count, decibels, share, significant } from '../format';
import { html } from '../html';
import type { Html } from '../html';

/** How close the outputs are, and whether they stay so. */
export function outputsSection(document: Document, { outputs }: QuantizationReport): Html {
  return html`<section>
    <h2>Outputs</h2>
    <div class="scroll">
      <table>
        <tr>
          <th>output</th>
          <th>SQNR</th>
          <th>largest error</th>
          <th>mean |error|</th>
          <th>mean error</th>
          <th>same arg-max</th>
          <th>clipped</th>
        </tr>
        ${outputs.map(
          (output) =>
            html`<tr>
              <td>${output.name}</td>
              <td>${decibels(output.sqnrDb)}</td>
              <td>${significant(output.maxAbsError)}</td>
              <td>${significant(output.meanAbsError)}</td>
              <td>${significant(output.meanError)}</td>
              <td>${count(output.sameArgMax)} of ${count(output.rows)}</td>
              <td>${share(output.clipped, output.values)}</td>
            </tr>`,
        )}
      </table>
    </div>
    ${outputs.map(
      (output) =>
        html`<h3>${output.name}: error along the sequence</h3>
          <p class="soft">
            <span class="key integer"><span>root mean square</span></span
            ><span class="key clip dashed"><span>largest</span></span>
          </p>
          <figure>${growthChart(document, output.name, output.growth)}</figure>`,
    )}
  </section>`;
}
