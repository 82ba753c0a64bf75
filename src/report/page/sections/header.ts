import type { NominalDevice } from '../../costs';
import type { FormReport, QuantizationReport } from '../../report';
import { bytes, count, decibels, duration, share, significant } from '../format';
import { html } from '../html';
import type { Html } from '../html';

/** What the report is of, and the figures that are asked for first. */
export function headerSection(report: QuantizationReport): Html {
  const { model, record, sequences, timesteps, data, device } = report;
  return html`<header>
    <h1>${model}</h1>
    <p class="soft">
      Float against integers on ${count(sequences)} sequences (${data}), ${count(timesteps)} timesteps; recipe
      ${record.recipe}, ranges by ${record.observer} over ${count(record.samples)} sequences; octogate
      ${record.version}
    </p>
    <div class="tiles">
      ${taskTile(report)} ${noiseTile(report)} ${clippingTile(report)} ${sizeTile(report)} ${timeTile(report)}
    </div>
    <p class="soft">
      Predicted times are a model and no measurement: on ${device.name}, for one sequence, the weights of a
      timestep read at ${readingSpeeds(device)}, or its multiply-accumulates at
      ${significant(device.floatMacsPerSecond / 1e9)} G/s in float32 and
      ${significant(device.int8MacsPerSecond / 1e9)} G/s in packed int8, whichever takes longer.
      ${planText(report)}
    </p>
  </header>`;
}

function readingSpeeds({ bytesPerSecond, cache }: NominalDevice): string {
  const memory = `${significant(bytesPerSecond / 1e9)} GB/s`;
  if (cache === undefined) return memory;
  return `${memory}, or at ${significant(cache.bytesPerSecond / 1e9)} GB/s where a cache holds them all`;
}

function planText({ plan }: QuantizationReport): string {
  if (plan === null) return '';
  const { batch, timesteps, ms, bound } = plan;
  return (
    `With dispatches, submission and readback, a call of the integer model (${count(timesteps)} timesteps, batch ` +
    `${count(batch)}) is planned to take ${duration(ms / 1e3)}, most of it for ${bound}.`
  );
}

function tile(name: string, value: string, detail: string, filled: number | null): Html {
  const bar =
    filled === null
      ? ''
      : html`<div class="bar"><i style="width:${Math.min(100, 100 * filled).toFixed(1)}%"></i></div>`;
  return html`<div class="tile">
    <span class="soft">${name}</span><b>${value}</b><span class="soft">${detail}</span>${bar}
  </div>`;
}

function taskTile({ task }: QuantizationReport): Html | string {
  if (task === null) return '';
  const { metric, unit, float, integer } = task;
  const withUnit = (value: number): string => `${significant(value)}${unit === '' ? '' : ` ${unit}`}`;
  return tile(metric, withUnit(integer), `float: ${withUnit(float)}`, null);
}

function noiseTile({ outputs }: QuantizationReport): Html {
  const worst = outputs.reduce<number | null>(
    (least, { sqnrDb }) => (sqnrDb === null ? least : Math.min(least ?? Infinity, sqnrDb)),
    null,
  );
  const [first] = outputs;
  const detail =
    outputs.length === 1 && first !== undefined
      ? `same arg-max in ${count(first.sameArgMax)} of ${count(first.rows)} rows`
      : `the least of ${outputs.length} outputs`;
  return tile('Output SQNR', decibels(worst), detail, null);
}

function clippingTile({ tensors, lstms }: QuantizationReport): Html {
  const signals = [
    ...tensors.map(({ signal }) => signal),
    ...lstms.flatMap(({ cell, hidden }) => [cell, hidden]),
  ];
  const clipped = signals.reduce((sum, signal) => sum + signal.clipped, 0);
  const values = signals.reduce((sum, signal) => sum + signal.values, 0);
  return tile(
    'Clipped values',
    share(clipped, values),
    'of activations, cell states and hidden values',
    null,
  );
}

function sizeTile({ float, integer }: QuantizationReport): Html {
  const size = ({ fileBytes, perTimestep }: FormReport): number => fileBytes ?? perTimestep.weightBytes;
  const what = float.fileBytes === null ? 'weights' : 'file';
  const ratio = size(integer) / size(float);
  return tile(
    `Size of the ${what}`,
    bytes(size(integer)),
    `float: ${bytes(size(float))}, ${significant(1 / ratio)} × as much`,
    ratio,
  );
}

function timeTile({ float, integer }: QuantizationReport): Html {
  const [before, after] = [float.perTimestep.seconds, integer.perTimestep.seconds];
  return tile(
    'Predicted time per timestep',
    duration(after),
    `float: ${duration(before)}, ${significant(before / after)} × as much`,
    after / before,
  );
}
