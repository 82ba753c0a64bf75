import type { RecordedQuantization } from '../../inspect';
import type { StoredRecord } from '../../quantize';
import { tableLines } from '../table';
import { heading, print } from '../terminal';

export function printRecorded({ record, problem }: RecordedQuantization): void {
  heading('How it was quantized');
  if (record === null) {
    print(`  the file has a record of it that cannot be read: ${problem ?? ''}`);
    return;
  }
  const { recipe, observer, samples, keptFloat, scaledInputs, copiedInputs, widenedLayers, version } = record;
  const parts = Object.entries(record.options);
  const list = (name: string, entries: readonly string[]): string[][] =>
    entries.length === 0 ? [] : [[name, entries.join(', ')]];
  const rows = [
    ['recipe', recipe],
    ...list('with', parts.filter(([, setting]) => isOn(setting)).map(describePart)),
    ...list(
      'without',
      parts.filter(([, setting]) => !isOn(setting)).map(([part]) => words(part)),
    ),
    ['ranges', `${observer}, of ${samples} ${samples === 1 ? 'sequence' : 'sequences'}`],
    ...list('kept in float', keptFloat),
    ...list('inputs scaled', scaledInputs),
    ...list('inputs copied', copiedInputs),
    ...list('widened', widenedLayers),
    ['by', `octogate ${version}`],
  ];
  for (const line of tableLines(rows)) print(line);
}

type Setting = StoredRecord['options'][string];

function isOn(setting: Setting): boolean {
  return setting !== null && setting !== false;
}

/** `input clipping (percentile 99.99)` */
function describePart([part, setting]: [string, Setting]): string {
  if (setting === true || setting === null) return words(part);
  const settings =
    typeof setting === 'object'
      ? Object.entries(setting).map(([name, value]) => (name === 'kind' ? value : `${words(name)} ${value}`))
      : [setting];
  return `${words(part)} (${settings.join(', ')})`;
}

/** `inputClipping` as people say it. */
function words(name: string): string {
  return name.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
