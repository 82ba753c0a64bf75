import { describe, expect, it } from 'vitest';
import { exportTflite } from '../../src/export/tflite';
import { openModel } from '../../src/import/tflite/open-model';
import { inspectModel } from '../../src/inspect';
import type { RecordedQuantization } from '../../src/inspect';
import { quantize, RECORD_METADATA_NAME, recordMetadata } from '../../src/quantize';
import type { QuantizationRecord } from '../../src/quantize';
import { smallFloatGraph, INPUTS, STEPS } from '../cli/support/float-models';
import { noise } from '../quantize/support/lstm-graph';

const samples = [{ calls: [[{ shape: [1, STEPS, INPUTS], data: noise(100, STEPS * INPUTS) }]] }];
const { graph, record } = await quantize(smallFloatGraph(), samples, { recipe: 'best' });

async function recorded(file: Uint8Array): Promise<RecordedQuantization | null> {
  const { reasons, recorded } = await inspectModel(file);
  expect(reasons).toEqual([]);
  return recorded;
}

const attached = (text: string): Uint8Array =>
  exportTflite(graph, { metadata: { [RECORD_METADATA_NAME]: new TextEncoder().encode(text) } });

const changed = (change: object): Uint8Array => attached(JSON.stringify({ ...record, ...change }));

describe('the record of how a file was quantized', () => {
  it('is read back as it was written', async () => {
    const file = exportTflite(graph, { metadata: recordMetadata(record) });
    expect(await recorded(file)).toEqual({ record, problem: null });
  });

  it('is null where there is none', async () => {
    expect(await recorded(exportTflite(graph))).toBeNull();
  });

  it('is there for a model that cannot run, too', async () => {
    const file = exportTflite(smallFloatGraph(), { metadata: recordMetadata(record) });
    const { reasons, recorded } = await inspectModel(file);
    expect(reasons).toHaveLength(1);
    expect(recorded).toEqual({ record, problem: null });
  });

  it('may be of another version, with other recipes and parts', async () => {
    const options = { rotation: true, weightRounding: { kind: 'other', passes: 3 } };
    const other = { ...record, version: '9.0.0', recipe: 'finest', options };
    const { widenedLayers, ...older }: QuantizationRecord = record;
    expect(widenedLayers).toEqual([]);
    expect((await recorded(changed(other)))?.record).toEqual(other);
    expect((await recorded(attached(JSON.stringify(older))))?.record).toEqual(record);
  });

  it.each([
    ['text', 'quantized with care', /attachment octogate\.quantization: JSON with format "octogate-quant/],
    ['nothing', '', /JSON with format/],
    ['JSON of another kind', '[1, 2]', /JSON with format/],
    ['half of it', JSON.stringify(record).slice(0, 100), /JSON with format/],
  ])('is said to be damaged if it is %s', async (_, text, problem) => {
    expect(await recorded(attached(text))).toEqual({
      record: null,
      problem: expect.stringMatching(problem) as string,
    });
  });

  it.each([
    [{ format: 'octogate-quantization-2' }, /JSON with format/],
    [{ version: 1 }, /version is not a line of text/],
    [{ recipe: '\u001b[2J' }, /recipe is not a line of text/],
    [{ options: [] }, /options is not an object/],
    [{ options: { inputScaling: [1] } }, /option "inputScaling" is neither/],
    [{ options: { inputScaling: { exponent: { at: 1 } } } }, /option "inputScaling" is neither/],
    [{ keptFloat: 'dense' }, /keptFloat is not a list of names/],
    [{ copiedInputs: [1] }, /copiedInputs is not a list of names/],
    [{ samples: '3' }, /samples is not a number/],
  ])('is said to be damaged at %j', async (change, problem) => {
    expect(await recorded(changed(change))).toEqual({
      record: null,
      problem: expect.stringMatching(problem) as string,
    });
  });

  it('is said to be damaged if it lies outside the file', async () => {
    const file = changed({});
    const metadata = openModel(file).metadata(0)!;
    // Field 1 of the table Metadata: the number of the buffer.
    const position = metadata.bb_pos + metadata.bb!.__offset(metadata.bb_pos, 6);
    new DataView(file.buffer, file.byteOffset).setUint32(position, 4321, true);
    expect((await recorded(file))?.problem).toMatch(/attachment octogate\.quantization: .*buffer 4321/);
  });
});
