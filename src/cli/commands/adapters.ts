import type { Command } from 'commander';
import { createNodeGpu, listNodeAdapters } from '../../node';
import type { AdapterSummary } from '../../node';
import { jsonOption } from '../options';
import type { JsonOption } from '../options';
import { tableLines } from '../table';
import { print, printJson, styled } from '../terminal';

export function addAdaptersCommand(program: Command): void {
  program
    .command('adapters')
    .summary('list the GPUs and software drivers that models can run on')
    .description(
      'Lists the adapters that WebGPU can use here, the default one first: a GPU where there is one, else a software ' +
        'driver. `--adapter` of the other commands takes any part of a name or driver.',
    )
    .addOption(jsonOption())
    .action(adapters);
}

async function adapters({ json }: JsonOption): Promise<void> {
  const found = await listNodeAdapters();
  // Asked for without one, it says what to install.
  if (found.length === 0) await createNodeGpu();
  if (json === true) {
    printJson(found);
    return;
  }
  found.forEach((adapter, index) => {
    if (index > 0) print();
    print(styled('bold', adapter.name) + (adapter.isDefault ? ' (default)' : ''));
    for (const line of tableLines(propertiesOf(adapter))) print(line);
  });
}

function propertiesOf(adapter: AdapterSummary): string[][] {
  const { kind, backend, driver, packedDotProduct, subgroupSizes, timestampQuery } = adapter;
  return [
    ['kind', kind === 'gpu' ? 'GPU' : 'software: shaders run on the CPU'],
    ['driver', `${driver}, ${backend}`],
    ['int8 dot products', packedDotProduct ? 'packed' : 'unpacked'],
    ['subgroups', subgroupSizes === null ? 'no' : subgroupSizes.join(' to ')],
    ['GPU timing', timestampQuery ? 'yes' : 'no'],
  ];
}
