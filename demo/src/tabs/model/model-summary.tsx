import type { ModelSheet, Verdict } from '../../worker/model/sheet';
import { bytesOf, counted, stateBytesOf } from './words';

const VERDICTS: Readonly<Record<Verdict, string>> = {
  runs: 'Runs as it is, in integers',
  quantize: 'Computes in real numbers: quantize it first',
  refused: 'Refused',
};

/** Name, size, and whether it runs. */
export function ModelSummary({ sheet }: { readonly sheet: ModelSheet }) {
  const { name, fileBytes, format, graph, verdict, sizes } = sheet;
  const facts: readonly (readonly [string, string])[] = [
    ['file', `${format === null ? '' : `${format}, `}${bytesOf(fileBytes)}`],
    ...(graph === null
      ? []
      : ([
          [
            'made of',
            `${counted(graph.ops.length, 'op')}, ${counted(graph.layers.length, 'LSTM layer')} among them`,
          ],
          ['weights', bytesOf(graph.weightBytes)],
          ['state', `${bytesOf(stateBytesOf(graph))} per sequence`],
        ] as const)),
    ...(sizes === null
      ? []
      : ([
          ['batch', sizeOf(sizes.batch)],
          ['timesteps', sizeOf(sizes.timesteps)],
        ] as const)),
  ];
  return (
    <div class="summary">
      <h2 data-testid="model-name">{name}</h2>
      <p class={`verdict ${verdict}`} data-testid="verdict">
        {VERDICTS[verdict]}
      </p>
      <dl class="facts">
        {facts.map(([term, value]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function sizeOf({
  inFile,
  fixedBecause,
}: {
  readonly inFile: number;
  readonly fixedBecause: string | null;
}): string {
  return fixedBecause === null ? `any (${inFile} in the file)` : `${inFile} only: ${fixedBecause}`;
}
