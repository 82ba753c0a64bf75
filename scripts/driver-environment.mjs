// @ts-check
/**
 * Which Vulkan drivers a process that loads Dawn will see. The dynamic linker and the Vulkan loader read their variables
 * when a process starts, so they must be set by its parent.
 *
 * - `auto`: everything. The bundled Vulkan loader finds the system's drivers by the usual rules and gets SwiftShader on
 *   top; which adapter is the default is decided later, by src/gpu/node-gpu.ts. The bundled loader is used even where the
 *   system has one because VK_ADD_DRIVER_FILES needs a loader of 2022 or later. Where nothing is bundled (other platforms,
 *   production installs), `auto` is `system`.
 * - `system`: only what the machine itself offers.
 * - `bundled`: only SwiftShader.
 *
 * A caller's own VK_DRIVER_FILES or VK_ICD_FILENAMES keeps its meaning under `auto`: the loader then sees those alone.
 */
import { delimiter } from 'node:path';
import { hasBundledChromium, unpackBundledVulkan } from './bundled-chromium.mjs';

/** @typedef {'auto' | 'system' | 'bundled'} DriverChoice */

/** @type {readonly DriverChoice[]} */
const CHOICES = ['auto', 'system', 'bundled'];

/**
 * @param {string | undefined} text From the command line or OCTOGATE_DRIVER; absent means `auto`.
 * @returns {DriverChoice}
 * @throws {Error} for any other word.
 */
export function parseDriverChoice(text) {
  if (text === undefined || text === '') return 'auto';
  const choice = CHOICES.find((known) => known === text);
  if (choice === undefined) throw new Error(`unknown driver "${text}": expected ${CHOICES.join(', ')}`);
  return choice;
}

/**
 * The environment for a process that will load Dawn. Applying it twice, or under another choice, gives what applying the
 * last choice alone gives.
 *
 * @param {DriverChoice} choice
 * @param {NodeJS.ProcessEnv} environment Left as it is.
 * @returns {Promise<NodeJS.ProcessEnv>}
 * @throws {Error} for `bundled` where nothing is bundled.
 */
export async function driverEnvironment(choice, environment) {
  if (!hasBundledChromium() && choice !== 'bundled') return { ...environment };

  /** @type {NodeJS.ProcessEnv} */
  const result = { ...environment, OCTOGATE_DRIVER: choice };
  const { loaderFolder, icdFile } = await unpackBundledVulkan();
  removeEntry(result, 'LD_LIBRARY_PATH', loaderFolder);
  removeEntry(result, 'VK_ADD_DRIVER_FILES', icdFile);
  removeEntry(result, 'VK_DRIVER_FILES', icdFile);
  if (choice === 'system') return result;

  addEntry(result, 'LD_LIBRARY_PATH', loaderFolder);
  if (choice === 'auto') addEntry(result, 'VK_ADD_DRIVER_FILES', icdFile);
  else result['VK_DRIVER_FILES'] = icdFile;
  return result;
}

/**
 * @param {NodeJS.ProcessEnv} environment
 * @param {string} variable
 * @param {string} entry
 */
function removeEntry(environment, variable, entry) {
  const rest = entriesOf(environment, variable).filter((other) => other !== entry);
  if (rest.length > 0) environment[variable] = rest.join(delimiter);
  else Reflect.deleteProperty(environment, variable);
}

/**
 * @param {NodeJS.ProcessEnv} environment
 * @param {string} variable
 * @param {string} entry
 */
function addEntry(environment, variable, entry) {
  environment[variable] = [entry, ...entriesOf(environment, variable)].join(delimiter);
}

/**
 * @param {NodeJS.ProcessEnv} environment
 * @param {string} variable
 */
function entriesOf(environment, variable) {
  return (environment[variable] ?? '').split(delimiter).filter((entry) => entry !== '');
}
