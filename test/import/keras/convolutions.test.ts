/** Convolutions that TensorFlow.js lacks, against their definition. */
import { expect, test } from 'vitest';
import { importKeras } from '../../../src/import/keras';
import { FloatRunner } from '../../../src/quantize';
import { hdf5File } from '../../support/keras-files';
import { sequential } from '../../support/keras-model';
import { Random } from '../../support/random';

const TIMESTEPS = 9;
const CHANNELS = 3;

/** `y[t, o] = sum over taps of x[t * stride + tap * dilation - past, channel] * kernel`; zeros outside. */
interface Case {
  readonly className: string;
  readonly config: object;
  readonly kernelShape: readonly number[];
  readonly outputs: number;
  readonly steps: number;
  readonly past: number;
  readonly stride: number;
  readonly dilation: number;
  /** The kernel's element of a tap, an input channel and an output; null where they are not connected. */
  readonly index: (tap: number, channel: number, output: number) => number | null;
}

const CASES: Readonly<Record<string, Case>> = {
  causal: {
    className: 'Conv1D',
    config: { filters: 4, kernel_size: 3, padding: 'causal', dilation_rate: [2] },
    ...{ kernelShape: [3, CHANNELS, 4], outputs: 4, steps: 9, past: 4, stride: 1, dilation: 2 },
    index: (tap, channel, output) => (tap * CHANNELS + channel) * 4 + output,
  },
  'causal with strides': {
    className: 'Conv1D',
    config: { filters: 2, kernel_size: [4], padding: 'causal', strides: [2] },
    ...{ kernelShape: [4, CHANNELS, 2], outputs: 2, steps: 5, past: 3, stride: 2, dilation: 1 },
    index: (tap, channel, output) => (tap * CHANNELS + channel) * 2 + output,
  },
  'a group for each channel': {
    className: 'Conv1D',
    config: { filters: 6, kernel_size: 3, groups: CHANNELS },
    ...{ kernelShape: [3, 1, 6], outputs: 6, steps: 7, past: 0, stride: 1, dilation: 1 },
    index: (tap, channel, output) => (Math.floor(output / 2) === channel ? tap * 6 + output : null),
  },
  depthwise: {
    className: 'DepthwiseConv1D',
    config: { kernel_size: 2, depth_multiplier: 2, padding: 'valid' },
    ...{ kernelShape: [2, CHANNELS, 2], outputs: 6, steps: 8, past: 0, stride: 1, dilation: 1 },
    index: (tap, channel, output) =>
      Math.floor(output / 2) === channel ? (tap * CHANNELS + channel) * 2 + (output % 2) : null,
  },
};

test.each(Object.entries(CASES))('%s', async (_, { className, config, kernelShape, ...rest }) => {
  const random = new Random(9);
  const draw = (length: number): Float32Array =>
    Float32Array.from({ length }, () => random.integer(-100, 100) / 100);
  const kernel = draw(kernelShape.reduce((product, size) => product * size, 1));
  const bias = draw(rest.outputs);
  const file = await hdf5File((root) => {
    root.create_attribute('layer_names', ['c']);
    const group = root.create_group('c');
    group.create_attribute('weight_names', ['kernel:0', 'bias:0']);
    group.create_dataset({ name: 'kernel:0', data: kernel, shape: [...kernelShape], dtype: '<f4' });
    group.create_dataset({ name: 'bias:0', data: bias, shape: [rest.outputs], dtype: '<f4' });
  });
  const description = sequential([null, TIMESTEPS, CHANNELS], [[className, { name: 'c', ...config }]]);
  const graph = importKeras(file, { config: JSON.stringify(description) });
  const x = draw(TIMESTEPS * CHANNELS);
  const [found] = new FloatRunner(graph).run([{ shape: [1, TIMESTEPS, CHANNELS], data: x }]);
  expect(found!.shape).toEqual([1, rest.steps, rest.outputs]);
  for (let step = 0; step < rest.steps; step++) {
    for (let output = 0; output < rest.outputs; output++) {
      let sum = bias[output]!;
      for (let tap = 0; tap < kernelShape[0]!; tap++) {
        const time = step * rest.stride + tap * rest.dilation - rest.past;
        for (let channel = 0; time >= 0 && time < TIMESTEPS && channel < CHANNELS; channel++) {
          const index = rest.index(tap, channel, output);
          if (index !== null) sum += x[time * CHANNELS + channel]! * kernel[index]!;
        }
      }
      expect(found!.data[step * rest.outputs + output]).toBeCloseTo(sum, 5);
    }
  }
});
