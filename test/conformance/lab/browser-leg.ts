import type { Page } from 'puppeteer-core';
import { exportTflite } from '../../../src/export/tflite';
import { graphOf } from '../../../src/conformance/case-graph';
import { generateCase } from '../../../src/conformance/generate-case';
import { kernelChoices, kernelName } from '../../../src/conformance/kernel-choices';
import type { KernelChoice } from '../../../src/conformance/kernel-choices';
import type { Answer, Leg, WrittenCase } from '../../../src/conformance/leg';
import { excludesOf } from '../../../src/conformance/webgpu-legs';
import type { GpuDiagnostics, LoadOptions, Octogate } from '../../../src/index';
import type { BrowserName } from '../../../scripts/browser/launch-browser';
import { launchBrowser, watchPage } from '../../../scripts/browser/launch-browser';
import { serveBuiltLibrary } from '../../../scripts/browser/serve-library';

/** What the page keeps between cases. */
interface PageGlobals {
  octogate: { Octogate: typeof Octogate };
  device: GPUDevice;
  pipelines: GPUComputePipeline[];
}

export interface BrowserLegs {
  readonly legs: readonly Leg[];
  close(): Promise<void>;
}

/**
 * The built library in a page: on WebGPU as it chooses kernels there, on every kernel path, and on the reference.
 *
 * @throws MissingBrowserError if this machine does not have the browser.
 */
export async function openBrowserLegs(name: BrowserName): Promise<BrowserLegs> {
  const server = await serveBuiltLibrary();
  const browser = await launchBrowser(name);
  const close = async (): Promise<void> => {
    await browser.close();
    await server.close();
  };
  try {
    const page = await browser.newPage();
    return { legs: await pageLegs(name, page, server.origin), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Legs on a page of a server of the built library. */
export async function pageLegs(browserName: string, page: Page, origin: string): Promise<Leg[]> {
  const problems: string[] = [];
  watchPage(page, (problem) => problems.push(problem));
  await page.goto(origin);
  // As text, because test runners rewrite imports in functions that they compile.
  await page.evaluate(`import('/dist/index.js').then((library) => { globalThis.octogate = library; })`);
  const leg = (name: string, options: PageOptions): Leg => ({
    name: `${browserName}, ${name}`,
    excludes: options.kernels === undefined ? () => null : excludesOf(options.kernels),
    async answer({ model, calls }: WrittenCase): Promise<Answer> {
      const outputs = await page.evaluate(
        answerInPage,
        options,
        encode(model),
        calls.map((call) => encode(call)),
      );
      if (problems.length > 0) throw new Error(problems.splice(0).join('\n'));
      return { outputs: outputs.map(decode), state: null };
    },
  });
  await page.evaluate(openDeviceInPage);
  const dotAndRows = await page.evaluate(chosenInPage, encode(exportTflite(graphOf(generateCase(0, 0)))));
  return [
    leg('webgpu', { backend: 'webgpu' }),
    leg('reference', { backend: 'reference' }),
    ...kernelChoices(dotAndRows).map((kernels) => leg(kernelName(kernels), { backend: 'webgpu', kernels })),
  ];
}

/** What the page loads a model with, besides its device. */
interface PageOptions extends Pick<LoadOptions, 'backend'> {
  readonly kernels?: KernelChoice;
}

/** Runs in the page. */
async function openDeviceInPage(): Promise<void> {
  const globals = globalThis as unknown as PageGlobals;
  const adapter = await navigator.gpu.requestAdapter();
  if (adapter === null) throw new Error('the page has no WebGPU adapter');
  const wanted: readonly GPUFeatureName[] = ['subgroups'];
  const device = await adapter.requestDevice({
    requiredFeatures: wanted.filter((feature) => adapter.features.has(feature)),
  });
  // Browsers hand out an equal pipeline again while an earlier one is alive, which saves compiling it.
  globals.pipelines = [];
  const create = device.createComputePipelineAsync.bind(device);
  device.createComputePipelineAsync = async (descriptor) => {
    const pipeline = await create(descriptor);
    globals.pipelines.push(pipeline);
    return pipeline;
  };
  globals.device = device;
}

/** Runs in the page: what the library chooses on its device. */
async function chosenInPage(model: string): Promise<Pick<GpuDiagnostics, 'dot' | 'rows'>> {
  const { octogate, device } = globalThis as unknown as PageGlobals;
  const bytes = Uint8Array.from(atob(model), (character) => character.charCodeAt(0));
  const loaded = await octogate.Octogate.load(bytes, { backend: 'webgpu', device });
  const { gpu } = await loaded.diagnostics();
  loaded.dispose();
  if (gpu === null) throw new TypeError('a model on WebGPU has no GPU to tell of');
  return { dot: gpu.dot, rows: gpu.rows };
}

/** Runs in the page. Bytes travel as base64. */
async function answerInPage(
  options: PageOptions,
  model: string,
  calls: readonly string[],
): Promise<string[]> {
  const { octogate, device } = globalThis as unknown as PageGlobals;
  const bytesOf = (text: string): Uint8Array<ArrayBuffer> =>
    Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const loaded = await octogate.Octogate.load(bytesOf(model), { ...options, device });
  const session = loaded.createSession();
  const outputs: string[] = [];
  for (const call of calls) {
    const output = await session.run(new Int8Array(bytesOf(call).buffer));
    outputs.push(btoa(Array.from(output, (value) => String.fromCharCode(value & 0xff)).join('')));
  }
  loaded.dispose();
  return outputs;
}

function encode(values: Uint8Array | Int8Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.length).toString('base64');
}

function decode(text: string): Int8Array {
  return Int8Array.from(Buffer.from(text, 'base64'));
}
