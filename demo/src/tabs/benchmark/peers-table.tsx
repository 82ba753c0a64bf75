import type { BenchReport, PeerOutcome } from 'octogate/bench';
import { HeadRow } from './head-row';
import { rounded } from './results-table';

const TITLES = ['network', 'runtime', 'call, ms', 'times ours', 'first call, ms', 'distance', 'note'];

/** The same networks in other runtimes. */
export function PeersTable({ report }: { readonly report: BenchReport }) {
  const rows = report.results.flatMap(({ name, call, peers }) =>
    peers.map(({ peer, title, outcome }) => ({ name, peer, title, outcome, ownMs: call.medianMs })),
  );
  return (
    <>
      <h2>Elsewhere</h2>
      <p class="figures">
        The same weights and inputs in other runtimes, upload and readback included, in turns with the calls
        above. The distance is the mean one from the integers' outputs, which lie between -1 and 1.
      </p>
      <div class="scrolled" tabIndex={0} role="region" aria-label="Other runtimes">
        <table data-testid="bench-peers">
          <HeadRow titles={TITLES} />
          <tbody>
            {rows
              .filter(({ outcome }) => outcome.kind !== 'refused')
              .map(({ name, peer, title, outcome, ownMs }) => (
                <tr key={`${name} ${peer}`}>
                  <th scope="row">{name}</th>
                  <td class="wraps">{title}</td>
                  {cellsOf(outcome, ownMs).map((cell, index) => (
                    <td key={index}>{cell}</td>
                  ))}
                </tr>
              ))}
          </tbody>
        </table>
      </div>
      <Refusals report={report} />
    </>
  );
}

/** Networks that a runtime cannot compute, by the reason. */
function Refusals({ report }: { readonly report: BenchReport }) {
  const names = new Map<string, Set<string>>();
  for (const { name, peers } of report.results) {
    for (const { outcome } of peers) {
      if (outcome.kind !== 'refused') continue;
      names.set(outcome.reason, (names.get(outcome.reason) ?? new Set()).add(name));
    }
  }
  return (
    <>
      {[...names].map(([reason, networks]) => (
        <p class="figures" key={reason}>
          Not compared: {[...networks].join(', ')}; {reason}.
        </p>
      ))}
    </>
  );
}

function cellsOf(outcome: PeerOutcome, ownMs: number): readonly string[] {
  switch (outcome.kind) {
    case 'timed': {
      const { call, coldStartMs, meanDifference, cut } = outcome;
      const { medianMs } = call;
      const times = [medianMs, medianMs / ownMs, coldStartMs].map(rounded);
      return [...times, meanDifference.toFixed(4), cut ?? ''];
    }
    case 'cut':
      return ['', '', rounded(outcome.coldStartMs), '', outcome.reason];
    case 'refused':
    case 'failed':
      return ['', '', '', '', outcome.reason];
  }
}
