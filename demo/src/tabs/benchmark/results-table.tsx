import type { BenchReport } from 'octogate/bench';
import { HeadRow } from './head-row';

const TITLES = [
  'network',
  'what',
  'steps',
  'batch',
  'call, ms',
  'µs per step',
  'GMAC/s',
  'of int8 ceiling',
  'kernels',
];

/** What each network took, and how near to the adapter's own ceiling that is. */
export function ResultsTable({ report }: { readonly report: BenchReport }) {
  return (
    <div class="scrolled" tabIndex={0} role="region" aria-label="Times by network">
      <table data-testid="bench-table">
        <HeadRow titles={TITLES} />
        <tbody>
          {report.results.map((result) => (
            <tr key={result.name}>
              <th scope="row">{result.name}</th>
              <td>{result.what}</td>
              <td>{result.timesteps}</td>
              <td>{result.batch}</td>
              <td>{rounded(result.call.medianMs)}</td>
              <td>{rounded(result.fractions.microsecondsPerTimestep)}</td>
              <td>{rounded(result.gmacPerSecond)}</td>
              <td>{rounded(100 * result.fractions.ofDot)} %</td>
              <td>{result.paths.join(', ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Three digits: more would be noise. */
export function rounded(value: number): string {
  return String(Number(value.toPrecision(3)));
}
