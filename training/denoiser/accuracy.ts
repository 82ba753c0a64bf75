import { at } from '../../src/errors';
import type { Graph } from '../../src/model';
import { createNodeGpu } from '../../src/node';
import { Model } from '../../src/index';
import { FloatRunner } from '../../src/quantize';
import { BINS } from '../../demo/src/denoiser/frames';
import { siSdr } from '../../demo/src/denoiser/si-sdr';
import { table } from '../markdown';
import { SCORE_COLUMNS, scoreCells, scoresOf } from '../noise-suppression/evaluation';
import { isRecorded, testMixtures } from '../noise-suppression/mixtures';
import { mean } from '../statistics';
import { denoiserGraph } from './model';
import { denoiseClips } from './pipeline';
import { quantizedDenoiser, SHIPPED } from './quantized';

/** As in the noise suppression task, whose mixtures these are. */
const TEST_MIXTURES = 108;

/** SI-SDR of our own denoiser over the test mixtures, as Markdown. */
export async function denoiserReport(): Promise<string> {
  const mixtures = testMixtures(TEST_MIXTURES);
  const noisy = mixtures.map((mixture) => mixture.noisy);
  const quality = (outputs: readonly Float32Array[]): number[] =>
    outputs.map((output, clip) => siSdr(output, at(mixtures, clip).clean));
  const recorded = (outputs: readonly Float32Array[]): string =>
    mean(quality(outputs).filter((_, clip) => isRecorded(clip))).toFixed(2);
  const float = await inFloat(noisy);
  const rows = [
    ['noisy', recorded(noisy), mean(quality(noisy)).toFixed(2)],
    ['float32', recorded(float), mean(quality(float)).toFixed(2)],
  ];
  const { graph } = await quantizedDenoiser(SHIPPED);
  const integers = await inIntegers(await createNodeGpu(), graph, noisy);
  rows.push(['int8, plain recipe', recorded(integers), ...scoreCells(scoresOf(mixtures, integers, float))]);
  return table(['arithmetic', 'SI-SDR, recorded voices', ...SCORE_COLUMNS], rows);
}

function inFloat(clips: readonly Float32Array[]): Promise<Float32Array[]> {
  const graph = denoiserGraph();
  return denoiseClips(clips, () => {
    const runner = new FloatRunner(graph);
    return (data) =>
      Promise.resolve(at(runner.run([{ shape: [1, data.length / BINS, BINS], data }]), 0).data);
  });
}

/** On WebGPU; a few timesteps of every call are compared with the reference. */
async function inIntegers(gpu: GPU, graph: Graph, clips: readonly Float32Array[]): Promise<Float32Array[]> {
  const model = await Model.fromGraph(graph, { gpu, check: 'sample' });
  const session = model.createSession({ batch: 1 });
  const outputs = await denoiseClips(clips, () => {
    session.reset();
    return (features) => session.run(features);
  });
  model.dispose();
  return outputs;
}
