import type { BenchReport } from 'octogate/bench';
import { Fragment } from 'preact';
import { rounded } from './results-table';

/** Factor between the ends of the scale: a streaming frame is far below what the device could do. */
const SPAN = 10_000;

/** Rates of the networks as bars under the ceiling of the same run, which the full width stands for; logarithmic. */
export function RateChart({ report }: { readonly report: BenchReport }) {
  const ceiling = report.ceilings.dotGmacPerSecond;
  const hasPeers = report.results.some(({ peers }) => peers.some(({ outcome }) => outcome.kind === 'timed'));
  return (
    <figure class={hasPeers ? 'rates compared' : 'rates'} data-testid="bench-chart">
      <figcaption>
        Multiply-accumulates per second on a logarithmic scale. The full width is what the adapter does at
        most with operands in registers: {rounded(ceiling)} GMAC/s, measured in the same run; each mark is ten
        times the one before it. A bar that fills it has reached this ceiling, or was measured above it.
        {hasPeers && ' Below each network, outlined, is the same one in other runtimes.'}
      </figcaption>
      {report.results.map(({ name, gmacPerSecond, call, peers }) => (
        <Fragment key={name}>
          <Bar label={name} ms={call.medianMs} rate={gmacPerSecond} ceiling={ceiling} isPeer={false} />
          {peers.map(
            ({ peer, title, outcome }) =>
              outcome.kind === 'timed' && (
                <Bar
                  key={peer}
                  label={title}
                  ms={outcome.call.medianMs}
                  rate={(gmacPerSecond * call.medianMs) / outcome.call.medianMs}
                  ceiling={ceiling}
                  isPeer
                />
              ),
          )}
        </Fragment>
      ))}
    </figure>
  );
}

interface BarProps {
  readonly label: string;
  readonly ms: number;
  readonly rate: number;
  readonly ceiling: number;
  readonly isPeer: boolean;
}

function Bar({ label, ms, rate, ceiling, isPeer }: BarProps) {
  return (
    <div class={isPeer ? 'rate peer' : 'rate'}>
      <span>{label}</span>
      <svg aria-hidden="true">
        <rect width={`${100 * shareOf(rate, ceiling)}%`} height="100%" rx="3" />
        {[0.25, 0.5, 0.75].map((share) => (
          <line key={share} x1={`${100 * share}%`} x2={`${100 * share}%`} y1="0" y2="100%" />
        ))}
      </svg>
      <span>
        {rounded(ms)} ms · {rounded(rate)} GMAC/s
      </span>
    </div>
  );
}

/** Where a rate stands between the ceiling's `SPAN`-th part and the ceiling. */
function shareOf(rate: number, ceiling: number): number {
  return Math.min(1, Math.max(0, 1 + Math.log(rate / ceiling) / Math.log(SPAN)));
}
