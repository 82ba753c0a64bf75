import type { BenchReport } from 'octogate/bench';
import { Fragment } from 'preact';
import { rounded } from './results-table';

/** Factor between the ends of the scale: a streaming frame is far below what the device could do. */
const SPAN = 10_000;

/** Rates of the networks as bars under the ceiling of the same run, which the full width stands for; logarithmic. */
export function RateChart({ report }: { readonly report: BenchReport }) {
  const ceiling = report.ceilings.dotGmacPerSecond;
  return (
    <figure class="rates" data-testid="bench-chart">
      <figcaption>
        Multiply-accumulates per second on a logarithmic scale. The full width is what the adapter does at
        most with operands in registers: {rounded(ceiling)} GMAC/s, measured in the same run; each mark is ten
        times the one before it. A bar that fills it has reached this ceiling, or was measured above it.
      </figcaption>
      {report.results.map(({ name, gmacPerSecond }) => (
        <Fragment key={name}>
          <span>{name}</span>
          <svg aria-hidden="true" height="24">
            <rect width={`${100 * shareOf(gmacPerSecond, ceiling)}%`} height="100%" rx="3" />
            {[0.25, 0.5, 0.75].map((share) => (
              <line key={share} x1={`${100 * share}%`} x2={`${100 * share}%`} y1="0" y2="100%" />
            ))}
          </svg>
          <span>{rounded(gmacPerSecond)} GMAC/s</span>
        </Fragment>
      ))}
    </figure>
  );
}

/** Where a rate stands between the ceiling's `SPAN`-th part and the ceiling. */
function shareOf(rate: number, ceiling: number): number {
  return Math.min(1, Math.max(0, 1 + Math.log(rate / ceiling) / Math.log(SPAN)));
}
