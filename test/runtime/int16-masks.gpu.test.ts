import { expect, it } from 'vitest';
import { exportTflite } from '../../src/export/tflite';
import { importTflite } from '../../src/import/tflite';
import { SUBSTITUTIONS_METADATA_NAME } from '../../src/import/tflite/int16-mask-attachment';
import type { Graph, Tensor } from '../../src/model';
import { requireIntegerGraph } from '../../src/model/checks';
import { quantize, runFloat } from '../../src/quantize';
import type { FloatTensor } from '../../src/quantize';
import { GraphBuilder } from '../../training/graph-builder';
import { describeOnContext } from '../support/gpu';
import { referenceSession, sessionsOn } from '../support/gpu-session';
import { runTflite } from '../support/tflite-oracle';
import { noise } from '../quantize/support/lstm-graph';

const [ROWS, FEATURES, BANDS] = [6, 24, 21];

/** Features -> dense -> logistic -> another shape; `reader` reads the logits, too. */
function maskGraph({ reader = false } = {}): Graph {
  const builder = new GraphBuilder('mask');
  const [x, logits, mask, shaped, other] = [
    ['x', FEATURES],
    ['logits', BANDS],
    ['mask', BANDS],
    ['shaped', BANDS],
    ['other', BANDS],
  ].map(([name, size]) => builder.activation(String(name), [ROWS, Number(size)]));
  builder.add({
    ...{ kind: 'fullyConnected', name: 'dense', sourceIndex: 0, input: x!, output: logits! },
    weights: builder.constant('w', [BANDS, FEATURES], noise(1, BANDS * FEATURES)),
    bias: builder.constant(
      'b',
      [BANDS],
      noise(2, BANDS).map((value) => 3 * value - 3),
    ),
    activation: 'none',
    keepDims: true,
  });
  builder.add({ kind: 'logistic', name: 'logistic', sourceIndex: 1, input: logits!, output: mask! });
  builder.add({
    ...{ kind: 'reshape', name: 'reshape', sourceIndex: 2, input: mask!, output: shaped! },
    shape: [ROWS, BANDS],
  });
  if (!reader) return builder.build([x!], [shaped!]);
  builder.add({ kind: 'tanh', name: 'tanh', sourceIndex: 3, input: logits!, output: other! });
  return builder.build([x!], [shaped!, other!]);
}

function features(stream: number): FloatTensor {
  return { shape: [ROWS, FEATURES], data: noise(stream, ROWS * FEATURES) };
}

const samples = [{ calls: [10, 11, 12].map((stream) => [features(stream)]) }];

function worst(graph: Graph, found: Float32Array): number {
  const [expected] = runFloat(graph, [features(11)]);
  return Math.max(...expected!.data.map((value, index) => Math.abs(value - found[index]!)));
}

describeOnContext('16-bit masks', (context) => {
  it('are computed by the device as by the reference, and end in real numbers', async () => {
    const graph = maskGraph();
    const { graph: integer } = await quantize(graph, samples, { int16Masks: true });
    expect(integer.ops.map(({ kind }) => kind)).toEqual([
      'fullyConnected',
      'logistic',
      'dequantize',
      'reshape',
    ]);
    requireIntegerGraph(integer);
    const onDevice = await sessionsOn(
      context(),
      integer,
      {},
      { check: 'every' },
    )(ROWS).run(features(11).data);
    const onHost = await referenceSession(integer, ROWS).run(features(11).data);
    expect(onDevice).toEqual(onHost);
    // Measured: 0.0048 and 0.0066; the int8 input has its share in both.
    const { graph: coarse } = await quantize(graph, samples);
    const inInt8 = await referenceSession(coarse, ROWS).run(features(11).data);
    expect(worst(graph, onHost) * 1.3).toBeLessThan(worst(graph, inInt8));
  });

  it('are written in 8 bits for TFLite, which is on record', async () => {
    const { graph: integer } = await quantize(maskGraph(), samples, { int16Masks: true });
    const file = exportTflite(integer);
    const text = new TextDecoder('latin1').decode(file);
    expect(text).toContain(SUBSTITUTIONS_METADATA_NAME);
    expect(text).toContain('{"operator":1,"op":"logistic","outputInGraph":"int16","outputInFile":"int8"}');
    const { scales, zeroPoints } = integer.tensors[integer.inputs[0]!]!.quantization!;
    const given = Int8Array.from(
      features(11).data,
      (value) => Math.round(value / scales[0]!) + zeroPoints[0]!,
    );
    const [found] = await runTflite(file, [[given]]);
    expect(worst(maskGraph(), found![0] as Float32Array)).toBeLessThan(0.03);
  });

  it('come back when the file is read, unless the attachment is damaged', async () => {
    const { graph: integer } = await quantize(maskGraph(), samples, { int16Masks: true });
    const file = exportTflite(integer);
    const read = importTflite(file);
    expect(exportTflite(read)).toHaveLength(file.length);
    const named = (graph: Graph, name: string) => graph.tensors.find((tensor) => tensor.name === name);
    for (const name of ['logits', 'mask']) expect(named(read, name)).toEqual(named(integer, name));
    const expected = await referenceSession(integer, ROWS).run(features(11).data);
    expect(await referenceSession(read, ROWS).run(features(11).data)).toEqual(expected);
    const damaged = (from: string, to: string): Uint8Array => {
      const text = new TextDecoder('latin1').decode(file);
      const position = text.indexOf(from);
      expect(position).toBeGreaterThan(0);
      const copy = file.slice();
      copy.set(new TextEncoder().encode(to), position);
      return copy;
    };
    expect(() => importTflite(damaged('[{"operator"', '[{"operatoX'))).toThrow(
      /octogate\.substitutions: a JSON list/,
    );
    expect(() => importTflite(damaged('{"operator":1', '{"operator":2'))).toThrow(
      /octogate\.substitutions: op 2 does not stand for a mask/,
    );
  });

  it('stay in 8 bits where integers read the logits', async () => {
    const { graph: integer } = await quantize(maskGraph({ reader: true }), samples, { int16Masks: true });
    expect(integer.tensors.filter(({ dtype }) => dtype === 'int16')).toEqual([]);
  });

  it('are refused where they are not what this runs', async () => {
    const { graph: integer } = await quantize(maskGraph(), samples, { int16Masks: true });
    const changed = (name: string, change: (tensor: Tensor) => Tensor): Graph => ({
      ...integer,
      tensors: integer.tensors.map((tensor) => (tensor.name === name ? change(tensor) : tensor)),
    });
    const scaled =
      (scale: number, zeroPoint: number) =>
      (tensor: Tensor): Tensor => ({
        ...tensor,
        quantization: { scales: [scale], zeroPoints: [zeroPoint], axis: null },
      });
    expect(() => {
      requireIntegerGraph(changed('logits', scaled(2 ** -11, 0)));
    }).toThrow(/dense: its output "logits": the scale 0\.00048828125 found, 2\^-12 expected/);
    expect(() => {
      requireIntegerGraph(changed('mask', scaled(2 ** -15, 3)));
    }).toThrow(/logistic: its output "mask": int16 with a zero point found, 0 expected/);
    expect(() => {
      requireIntegerGraph({
        ...integer,
        outputs: [
          ...integer.outputs,
          integer.ops[1]!.kind === 'logistic' ? integer.ops[1].output : integer.outputs[0]!,
        ],
      });
    }).toThrow(/logistic: its int16 output "mask" may be read by dequantize ops only/);
  });
});
