import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeNpy } from '../../src/data';
import { exportTflite } from '../../src/export/tflite';
import { Octogate } from '../../src/index';
import { INPUTS, smallFloatGraph } from '../cli/support/float-models';
import { describeInBrowsers } from '../support/browser';
import { archiveFile, wholeModelFile } from '../support/keras-files';
import { drawKerasModel, sequential } from '../support/keras-model';
import { OnnxBuilder } from '../support/onnx-model';
import { readGolden, readGoldenFile } from '../support/pytorch-golden';
import { Random } from '../support/random';
import { CONFORMANCE_CASES, readCaseModel } from '../support/shared-models';
import { PATIENCE_MS, serveForSuite, textOf, waitForText, WIDTHS } from './demo-page';

const INTEGER_CASE = CONFORMANCE_CASES.find((name) => name.includes('ln') && name.includes('proj'))!;

/** Files that visitors may have, by the names they have on disk. */
async function writeFiles(folder: string): Promise<void> {
  const lstm = {
    ...{ units: 6, return_sequences: true, recurrent_activation: 'sigmoid' },
    // TensorFlow.js cannot draw Keras's default.
    recurrent_initializer: { class_name: 'Zeros', config: {} },
  };
  const keras = await drawKerasModel(sequential([null, 5, 4], [['LSTM', lstm]]), new Random(7));
  const float = exportTflite(smallFloatGraph());
  const refused = new OnnxBuilder();
  refused.input('x', [1, 4, 3]);
  refused.node('Erf', ['x'], 'curve', {}, { name: 'first' });
  refused.node('Celu', ['curve'], 'y', {}, { name: 'second' });
  refused.output('y', 3);
  const sequences = Float32Array.from({ length: 3 * 7 * INPUTS }, (_, index) => Math.sin(index));
  const files: Readonly<Record<string, Uint8Array | string>> = {
    'integer.tflite': readCaseModel(INTEGER_CASE),
    'float.tflite': float,
    'stacked.onnx': readGoldenFile('stacked.onnx'),
    'keras.h5': await wholeModelFile(keras),
    'keras.keras': await archiveFile(keras),
    'stacked.safetensors': readGoldenFile('stacked.safetensors'),
    'stacked.json': JSON.stringify(readGolden('stacked').description),
    'refused.onnx': refused.build(),
    'corrupt.tflite': float.slice(0, float.length / 2),
    'sequences.npy': encodeNpy({ shape: [3, 7, INPUTS], data: sequences }),
    'corrupt.npy': new Uint8Array(20),
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
}

async function click(page: Page, selector: string): Promise<void> {
  const button = await page.waitForSelector(`${selector}:not(:disabled)`, { timeout: PATIENCE_MS });
  await button!.click();
}

/** What the page hands out from now on is kept in the page instead of on the disk. */
async function keepDownloads(page: Page): Promise<void> {
  await page.evaluate(() => {
    const kept: Record<string, Blob> = {};
    let last: Blob | null = null;
    Object.assign(window, { kept });
    URL.createObjectURL = (blob: Blob) => {
      last = blob;
      return 'blob:kept';
    };
    HTMLAnchorElement.prototype.click = function () {
      if (last !== null) kept[this.download] = last;
    };
  });
}

async function download(page: Page, name: string): Promise<Uint8Array<ArrayBuffer>> {
  const text = await page.waitForFunction(
    async (wanted) => {
      const blob = (window as unknown as { kept: Record<string, Blob | undefined> }).kept[wanted];
      if (blob === undefined) return null;
      const bytes = new Uint8Array(await blob.arrayBuffer());
      return btoa(bytes.reduce((binary, byte) => binary + String.fromCharCode(byte), ''));
    },
    { timeout: PATIENCE_MS },
    name,
  );
  return new Uint8Array(Buffer.from((await text.jsonValue())!, 'base64'));
}

/** Where things are on the page, but for what is laid over it. */
function placesOf(page: Page, selector: string): Promise<number[]> {
  return page.$$eval(`${selector}:not([role=alert])`, (elements) =>
    elements.map((element) => element.getBoundingClientRect().top + scrollY),
  );
}

/** Types into the fields for numbers, from the first on. */
async function fill(page: Page, panel: string, values: readonly string[]): Promise<void> {
  const fields = await page.$$(`${panel} input[type=number]`);
  for (const [index, value] of values.entries()) {
    await fields[index]!.click({ count: 3 });
    await fields[index]!.type(value);
  }
}

describeInBrowsers('the tab for a model of one’s own', (openPage) => {
  const demo = serveForSuite(openPage);
  let folder = '';
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'octogate-demo-'));
    await writeFiles(folder);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  async function choose(page: Page, ...names: string[]): Promise<void> {
    const input = await page.waitForSelector('.drop input:not(:disabled)', { timeout: PATIENCE_MS });
    await input!.uploadFile(...names.map((name) => join(folder, name)));
  }

  describe.each(WIDTHS)('at %i pixels', (width) => {
    it('quantizes a float model, and runs, verifies and shows what came out', async () => {
      const { page, requests } = await demo.openTab('model', width);
      await page.waitForSelector('[data-testid=sample-characters]:not(:disabled)', { timeout: PATIENCE_MS });
      await demo.lookAt(page, 'model-empty', width);
      await click(page, '[data-testid=sample-characters]');
      await waitForText(page, 'verdict', /quantize it first/);
      expect(await textOf(page, 'lstms')).toMatch(/layer norm.*projection.*no peephole.*no CIFG/);
      await demo.lookAt(page, 'model-float', width);
      await click(page, '.quantize button[type=submit]');
      expect(Number.parseFloat(await waitForText(page, 'sqnr', /dB/))).toBeGreaterThan(20);
      await click(page, '.run button[type=submit]');
      await waitForText(page, 'run', /per timestep.*48 timesteps, batch 6/);
      await click(page, '[data-testid=verify]');
      expect(await waitForText(page, 'verified', /differ/)).toMatch(/^0 of [1-9][\d,]+ values differ/);
      await click(page, '[data-testid=look]');
      await page.waitForSelector('[data-testid=trace]', { timeout: PATIENCE_MS });
      expect(await page.$$('[data-testid=trace] .heat-map')).toHaveLength(6);
      await demo.lookAt(page, 'model', width);
      expect(demo.foreign(requests)).toEqual([]);
    });
  });

  it('hands out the integer model and its report, also without a network', async () => {
    const { page } = await demo.openTab('model', 1280);
    await page.waitForSelector('.drop input:not(:disabled)', { timeout: PATIENCE_MS });
    await page.waitForNetworkIdle({ timeout: PATIENCE_MS });
    await page.setOfflineMode(true).catch(() => page.setRequestInterception(true));
    await keepDownloads(page);
    await choose(page, 'float.tflite', 'sequences.npy');
    await waitForText(page, 'verdict', /quantize it first/);
    expect(await textOf(page, 'calibration-arrays')).toBe('sequences.npy: float32 [3, 7, 6]');
    await click(page, '.quantize button[type=submit]');
    await waitForText(page, 'sqnr', /dB/);
    await click(page, '[data-testid=quantized] .row button:first-child');
    const model = await Octogate.load(await download(page, 'float-int8.tflite'), { backend: 'reference' });
    expect(model.graph.ops.filter(({ kind }) => kind === 'lstm')).toHaveLength(1);
    await click(page, '[data-testid=quantized] .row button:last-child');
    const report = new TextDecoder().decode(await download(page, 'float-int8-report.html'));
    expect(report).toMatch(/^<!doctype html>[^]*<svg[^]*<\/html>\s*$/);
    // Arrays of another shape say so, and the bench stays as it is.
    const before = await placesOf(page, '.model > *');
    await choose(page, 'corrupt.npy');
    expect(await waitForText(page, 'problem', /npy/)).toMatch(/^corrupt\.npy: not a readable \.npy file/);
    await page.waitForSelector('.drop input:not(:disabled)', { timeout: PATIENCE_MS });
    expect(await placesOf(page, '.model > *')).toEqual(before);
    expect(await textOf(page, 'quantized')).toMatch(/float-int8\.tflite/);
  });

  it('takes every kind of file, and survives a corrupt one', async () => {
    const { page } = await demo.openTab('model', 1280);
    const named = (name: string) => waitForText(page, 'model-name', new RegExp(`^${name}$`));
    await choose(page, 'integer.tflite');
    await named('integer.tflite');
    expect(await textOf(page, 'verdict')).toBe('Runs as it is, in integers');
    await click(page, '[data-testid=verify]');
    expect(await waitForText(page, 'verified', /differ/)).toMatch(/^0 of [1-9]/);

    await choose(page, 'corrupt.tflite');
    await waitForText(page, 'problem', /./);
    expect(await page.$('[data-testid=model-name]')).toBeNull();

    for (const name of ['stacked.onnx', 'keras.h5', 'keras.keras']) {
      await choose(page, name);
      await named(name);
      expect(await textOf(page, 'verdict'), name).toMatch(/quantize it first/);
      expect(await textOf(page, 'lstms'), name).toMatch(/units/);
    }
    await choose(page, 'stacked.safetensors');
    expect(await waitForText(page, 'problem', /json/)).toMatch(/drop both files together/);
    await choose(page, 'stacked.safetensors', 'stacked.json');
    await named('stacked.safetensors');

    await choose(page, 'refused.onnx');
    const reasons = await waitForText(page, 'reasons', /cannot run/);
    expect(reasons).toMatch(/^2 things that cannot run.*first.*second/);
    await demo.lookAt(page, 'model-refused', 1280);
  });

  it('takes what is dropped, and stops when told to', async () => {
    const { page } = await demo.openTab('model', 1280);
    await page.waitForSelector('.drop input:not(:disabled)', { timeout: PATIENCE_MS });
    const model = readFileSync(join(folder, 'float.tflite')).toString('base64');
    await page.$eval(
      '.drop',
      (zone, text) => {
        const dataTransfer = new DataTransfer();
        const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
        dataTransfer.items.add(new File([bytes], 'dropped.tflite'));
        for (const type of ['dragover', 'drop'])
          zone.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }));
      },
      model,
    );
    await waitForText(page, 'model-name', /^dropped\.tflite$/);
    // Long enough to be stopped.
    await fill(page, '.quantize', ['64', '1000']);
    await click(page, '.quantize button[type=submit]');
    await page.waitForSelector('.quantize progress[value]', { timeout: PATIENCE_MS });
    await click(page, '.quantize .job button');
    await page.waitForSelector('.quantize button[type=submit]:not(:disabled)', { timeout: PATIENCE_MS });
    expect(await page.$('[data-testid=quantized]')).toBeNull();
    expect(await page.$('[data-testid=problem]')).toBeNull();
  });

  it('runs again on a new device when its own is lost', async () => {
    const { page } = await demo.openTab('model', 1280);
    await click(page, '[data-testid=sample-digits]');
    await click(page, '.run button[type=submit]');
    await waitForText(page, 'run', /28 timesteps, batch 10/);
    await click(page, '#tab-text');
    await click(page, '.text .quiet');
    await click(page, '#tab-model');
    await waitForText(page, 'model-name', /^digits\.tflite$/);
    await click(page, '.run button[type=submit]');
    await waitForText(page, 'run', /28 timesteps, batch 10/);
    await click(page, '[data-testid=verify]');
    expect(await waitForText(page, 'verified', /differ/)).toMatch(/^0 of [1-9]/);
  });

  it('says that a device was lost amid a run, and moves nothing for it', async () => {
    const { page } = await demo.openTab('model', 1280);
    await choose(page, 'integer.tflite');
    await click(page, '.run button[type=submit]');
    await waitForText(page, 'run', /32 timesteps, batch 1/);
    await fill(page, '.run', ['32', '300']);
    const before = await placesOf(page, '.run > *');
    // At once: a press from outside the page might come after the run.
    await page.evaluate(() => {
      const observer = new MutationObserver(() => {
        if (document.querySelector('.run .job:not(.idle)') === null) return;
        observer.disconnect();
        document.querySelector<HTMLButtonElement>('.run .quiet')!.click();
      });
      observer.observe(document.body, { subtree: true, childList: true, attributes: true });
    });
    await click(page, '.run button[type=submit]');
    expect(await waitForText(page, 'lost', /./)).toMatch(/was lost and replaced; everything was run again/);
    expect(await placesOf(page, '.run > *')).toEqual(before);
    await demo.lookAt(page, 'model-lost', 1280);
    await page.setViewport({ width: 390, height: 900 });
    await demo.lookAt(page, 'model-lost', 390);
  });

  it('stops amid the report on what it made', async () => {
    const { page } = await demo.openTab('model', 1280);
    await choose(page, 'float.tflite');
    await waitForText(page, 'verdict', /quantize it first/);
    await fill(page, '.quantize', ['64', '1000']);
    // At once: a press from outside the page might come after the last sequence.
    await page.evaluate(() => {
      const observer = new MutationObserver(() => {
        const status = document.querySelector('.quantize .job [role=status]');
        if (status?.textContent.startsWith('Comparing') !== true) return;
        observer.disconnect();
        document.body.dataset['stoppedAt'] = status.textContent;
        document.querySelector<HTMLButtonElement>('.quantize .job button')!.click();
      });
      observer.observe(document.body, { subtree: true, childList: true, characterData: true });
    });
    await click(page, '.quantize button[type=submit]');
    await page.waitForSelector('body[data-stopped-at]', { timeout: PATIENCE_MS });
    await page.waitForSelector('.quantize button[type=submit]:not(:disabled)', { timeout: PATIENCE_MS });
    expect(await page.$eval('body', ({ dataset }) => dataset['stoppedAt'])).toMatch(/sequence \d+ of 12$/);
    expect(await page.$('[data-testid=quantized]')).toBeNull();
    expect(await page.$('[data-testid=problem]')).toBeNull();
  });
});
