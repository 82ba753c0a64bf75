/**
 * WebGPU in Node, through the optional peer dependency `webgpu` (Dawn). Browsers and workers have `navigator.gpu` and
 * never load this module.
 */
import type * as dawnModule from 'webgpu';
import { AdapterError, at } from '../errors';

/** What an adapter is and what it offers to Octogate. */
export interface AdapterSummary {
  /** The driver's name for the device, as `createNodeGpu({ adapter })` matches it: `llvmpipe (LLVM 15.0.6, 256 bits)`. */
  readonly name: string;
  /** Graphics API below WebGPU: `vulkan`, `metal`, `d3d12`. */
  readonly backend: string;
  /** `nvidia`, `mesa`; possibly empty. */
  readonly vendor: string;
  /** Family of devices: `ampere`; possibly empty. */
  readonly architecture: string;
  /** The driver and its version, in its own words. */
  readonly driver: string;
  /** `software` runs shaders on the CPU. */
  readonly kind: 'gpu' | 'software';
  /** WGSL's `dot4I8Packed`: without it the kernels unpack bytes. */
  readonly packedDotProduct: boolean;
  /** Invocations per subgroup, smallest and largest; null without the `subgroups` feature. */
  readonly subgroupSizes: readonly [min: number, max: number] | null;
  /** Whether GPU time can be measured with the `timestamp-query` feature. */
  readonly timestampQuery: boolean;
  /** True for the adapter that `createNodeGpu()` chooses when none is named. */
  readonly isDefault: boolean;
}

/** Where an adapter may be given by part of its name. */
export interface NodeGpuOptions {
  /** Part of the adapter's name, vendor, architecture or driver, in any letter case: `swiftshader`, `llvmpipe`, `lavapipe`, `nvidia`. */
  readonly adapter?: string;
}

/**
 * Opens WebGPU on one adapter: the named one, else a real GPU, else lavapipe, else another software driver.
 *
 * The first call in a process also defines the WebGPU constants and classes (`GPUBufferUsage`, `GPUMapMode`, …) that a
 * browser has as globals and Node lacks.
 *
 * @throws AdapterError if the package `webgpu` cannot be loaded, if there is no adapter, or none of that name.
 */
export async function createNodeGpu(options: NodeGpuOptions = {}): Promise<GPU> {
  const dawn = await loadDawn();
  const adapters = await knownAdapters(dawn);
  const wanted = options.adapter;
  const chosen = wanted === undefined ? adapters[0] : adapters.find((adapter) => matches(adapter, wanted));
  if (chosen === undefined) {
    const known = adapters.map(({ name, driver }) => `\n- ${name} (${driver})`).join('');
    throw new AdapterError(
      adapters.length === 0
        ? NO_ADAPTER
        : `no adapter matches "${String(wanted)}"; this process can use:${known}`,
    );
  }
  return openDawn(dawn, selectionFlags(chosen));
}

/**
 * Every adapter that this process can use, the default one first. Which drivers are visible is settled when the process
 * starts, by the system and by variables such as VK_DRIVER_FILES.
 *
 * @throws AdapterError if the package `webgpu` cannot be loaded.
 */
export async function listNodeAdapters(): Promise<AdapterSummary[]> {
  return knownAdapters(await loadDawn());
}

const NO_ADAPTER =
  'no WebGPU adapter: Dawn found no usable graphics driver. Install one; on Debian or Ubuntu without a GPU: ' +
  '`apt install libvulkan1 mesa-vulkan-drivers` (Mesa 25 works, Mesa 22 is too old for Dawn; Debian 12 has Mesa 25 in ' +
  "bookworm-backports). Or use the backend 'reference', which needs none.";

type Dawn = typeof dawnModule;

/**
 * One instance of Dawn per adapter, by its flags. They live as long as the process: Dawn dies with the object that
 * `create` returned, and takes devices in use, and with them the process, down. They do not keep a process from ending.
 */
const openInstances = new Map<string, GPU>();

/** Asked once, because which drivers are visible is settled when the process starts. */
let probedAdapters: Promise<AdapterSummary[]> | undefined;

async function loadDawn(): Promise<Dawn> {
  let dawn: Dawn;
  try {
    dawn = await import('webgpu');
  } catch (cause) {
    throw new AdapterError(loadFailure(cause), { cause });
  }
  for (const [name, value] of Object.entries(dawn.globals)) {
    if (!(name in globalThis)) {
      Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
    }
  }
  return dawn;
}

function loadFailure(cause: unknown): string {
  const missing = cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND';
  if (missing)
    return 'the npm package `webgpu` (Dawn), which gives Node WebGPU, is not installed: run `npm i webgpu`';
  const reason = cause instanceof Error ? at(cause.message.split('\n'), 0) : String(cause);
  return (
    `the npm package \`webgpu\` (Dawn) does not load on ${process.platform}-${process.arch} (${reason}). ` +
    'It has builds for Linux (glibc), macOS and Windows on x64 and arm64; reinstall it there, or use the backend ' +
    "'reference', which does without."
  );
}

function openDawn(dawn: Dawn, flags: string[]): GPU {
  const key = flags.join('\n');
  const open = openInstances.get(key);
  if (open !== undefined) return open;
  const gpu = dawn.create(flags);
  openInstances.set(key, gpu);
  return gpu;
}

interface AdapterName {
  readonly backend: string;
  readonly name: string;
}

function selectionFlags({ backend, name }: AdapterName): string[] {
  return [`backend=${backend}`, `adapter=${name}`];
}

/** No adapter has this name, so that Dawn answers a request for it with the names that there are. */
const NO_SUCH_ADAPTER = '?';
const LISTED_ADAPTER = /^ \* backend: '(?<backend>[^']*)', name: '(?<name>.*)'$/gm;

async function adapterNames(dawn: Dawn): Promise<AdapterName[]> {
  const gpu = openDawn(dawn, [`adapter=${NO_SUCH_ADAPTER}`]);
  let answer = '';
  try {
    await gpu.requestAdapter();
  } catch (error) {
    answer = error instanceof Error ? error.message : String(error);
  }
  const listed = [...answer.matchAll(LISTED_ADAPTER)].map(({ groups }) => ({
    backend: groups?.['backend'] ?? '',
    name: groups?.['name'] ?? '',
  }));
  // Windows offers a GPU once per graphics API, and Dawn lists the one it prefers first.
  return listed.filter(({ name }, index) => listed.findIndex((other) => other.name === name) === index);
}

function knownAdapters(dawn: Dawn): Promise<AdapterSummary[]> {
  probedAdapters ??= probeAdapters(dawn);
  return probedAdapters;
}

async function probeAdapters(dawn: Dawn): Promise<AdapterSummary[]> {
  const probed: AdapterSummary[] = [];
  for (const name of await adapterNames(dawn)) {
    const gpu = openDawn(dawn, selectionFlags(name));
    const adapter = await gpu.requestAdapter();
    // The name was listed and is refused all the same: the driver lacks what WebGPU demands.
    if (adapter !== null) probed.push(summarize(name, gpu, adapter));
  }
  const byPreference = probed.toSorted((left, right) => preference(left) - preference(right));
  return byPreference.map((summary, index) => ({ ...summary, isDefault: index === 0 }));
}

function summarize(name: AdapterName, gpu: GPU, { info, features }: GPUAdapter): AdapterSummary {
  return {
    ...name,
    vendor: info.vendor,
    architecture: info.architecture,
    driver: info.description,
    kind: info.isFallbackAdapter ? 'software' : 'gpu',
    packedDotProduct: gpu.wgslLanguageFeatures.has('packed_4x8_integer_dot_product'),
    subgroupSizes: features.has('subgroups') ? subgroupSizes(info) : null,
    timestampQuery: features.has('timestamp-query'),
    isDefault: false,
  };
}

function subgroupSizes({
  subgroupMinSize,
  subgroupMaxSize,
}: GPUAdapterInfo): AdapterSummary['subgroupSizes'] {
  return subgroupMinSize === undefined || subgroupMaxSize === undefined
    ? null
    : [subgroupMinSize, subgroupMaxSize];
}

/** Mesa calls its CPU driver lavapipe, and the device that it offers llvmpipe. */
const LAVAPIPE = { device: 'llvmpipe', driver: 'lavapipe' };

/** Smaller is better. Prototypes of the kernels ran about twenty times as fast on lavapipe as on SwiftShader. */
function preference({ kind, name }: AdapterSummary): number {
  if (kind === 'gpu') return 0;
  return name.includes(LAVAPIPE.device) ? 1 : 2;
}

function matches(adapter: AdapterSummary, wanted: string): boolean {
  const { name, vendor, architecture, driver } = adapter;
  const alias = name.includes(LAVAPIPE.device) ? LAVAPIPE.driver : '';
  return [name, vendor, architecture, driver, alias].some((text) =>
    text.toLowerCase().includes(wanted.toLowerCase()),
  );
}
