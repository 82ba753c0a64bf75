import { describe, expect, it } from 'vitest';
import { existsSync } from 'node:fs';
import { ROOT } from '../support/repository';
import { FAULT_GROUPS, seedFault, shaderSources } from './faults';

/** The faults themselves; `npm run mutate` seeds them and runs the tests that have to notice. */
describe('seeded faults', () => {
  const faults = FAULT_GROUPS.flatMap((group) => group.faults);

  it.each(faults)('$file: $description', (fault) => {
    expect(seedFault(shaderSources, fault)).not.toBe(shaderSources.get(fault.file));
  });

  it('are told apart by file and description', () => {
    const names = faults.map(({ file, description }) => `${file}: ${description}`);
    expect(new Set(names).size).toBe(names.length);
  });

  it('name tests that exist', () => {
    expect(
      FAULT_GROUPS.map(({ testFile }) => testFile).filter((path) => !existsSync(`${ROOT}${path}`)),
    ).toEqual([]);
  });
});
