import { parseReport, profileOfReport, PROFILES } from '../bench';
import type { GpuProfile } from '../bench';
import { InputError } from '../errors';
import { readBytes } from './files';

/**
 * A GPU's figures, as `--gpu` names them: a published profile, or what a run of `octogate bench` measured.
 *
 * @throws InputError for what is neither a profile nor a file of a run.
 */
export async function readProfile(name: string): Promise<GpuProfile> {
  const known = PROFILES.find((profile) => profile.name === name);
  if (known !== undefined) return known;
  if (!name.endsWith('.json')) {
    const names = PROFILES.map((profile) => profile.name).join(', ');
    throw new InputError(
      `--gpu: "${name}" is none of ${names}, nor the .json file of a run of octogate bench`,
    );
  }
  const report = parseReport(new TextDecoder().decode(await readBytes(name)));
  if (typeof report === 'string') throw new InputError(`--gpu ${name}: ${report}`);
  return profileOfReport(report);
}
