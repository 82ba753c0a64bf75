import { HeatMap } from '../../ui/heat-map';
import type { OutputSheet } from '../../worker/model/output-sheet';
import { download } from './download';
import { realOf, shapeOf } from './words';

/** Largest values that are listed. */
const LISTED = 5;

/** One output of a run: over time, and the largest values of the last timestep. */
export function OutputView({ output }: { readonly output: OutputSheet }) {
  const { name, dtype, shape, steps, features, values, scale, npy, calls } = output;
  const zeroPoint = scale?.zeroPoint ?? 0;
  const centred = Float32Array.from(values, (value) => value - zeroPoint);
  const limit = centred.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-9);
  const last = Array.from(values.subarray(values.length - features), (value, index) => ({ value, index }));
  const largest = last.toSorted((left, right) => right.value - left.value).slice(0, LISTED);
  return (
    <article class="output">
      <h3>
        {name}{' '}
        <code>
          {calls > 1 ? `${calls} × ` : ''}
          {dtype} {shapeOf(shape)}
        </code>
      </h3>
      <div class="output-body">
        <HeatMap
          title="over time"
          unit={scale === null ? dtype : `int8, scale ${realOf(scale.scale)}, zero point ${zeroPoint}`}
          values={centred}
          columns={steps}
          rows={features}
          limit={limit}
        />
        <div>
          <table>
            <caption>Largest at the last timestep</caption>
            <thead>
              <tr>
                <th scope="col">unit</th>
                <th scope="col">{dtype}</th>
                {scale !== null && <th scope="col">real</th>}
              </tr>
            </thead>
            <tbody>
              {largest.map(({ value, index }) => (
                <tr key={index}>
                  <th scope="row">{index}</th>
                  <td>{dtype === 'int8' ? value : value.toPrecision(4)}</td>
                  {scale !== null && <td>{((value - zeroPoint) * scale.scale).toPrecision(4)}</td>}
                </tr>
              ))}
            </tbody>
          </table>
          <button
            type="button"
            class="quiet"
            onClick={() => {
              download(`${name.replace(/[^\w.-]+/g, '_')}.npy`, [npy], 'application/octet-stream');
            }}
          >
            Download as .npy
          </button>
        </div>
      </div>
    </article>
  );
}
