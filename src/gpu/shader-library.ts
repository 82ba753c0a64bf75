import type { Specialization } from '../contract/kernel-contract';
import type { ShaderSources } from './shader-sources';
import arithmetic from './shaders/arithmetic';
import dense from './shaders/dense';
import lstm from './shaders/lstm';
import softmax from './shaders/softmax';

type Texts = Readonly<Record<string, string>>;

/** WGSL files that are there from the start: what nearly every model runs needs no further request. */
const COMMON: readonly Texts[] = [arithmetic, lstm, dense, softmax];

/** WGSL files that are loaded together, once a kernel needs them. */
const GROUPS = {
  lstmSequence: () => import('./shaders/lstm-sequence'),
  lstmResident: () => import('./shaders/lstm-resident'),
  lstmWavefront: () => import('./shaders/lstm-wavefront'),
  lstmStep: () => import('./shaders/lstm-step'),
  lstmFrame: () => import('./shaders/lstm-frame'),
  lstmFused: () => import('./shaders/lstm-fused'),
  gateTables: () => import('./shaders/gate-tables'),
  lstmStages: () => import('./shaders/lstm-stages'),
  layerNorm: () => import('./shaders/layer-norm'),
  denseInt16: () => import('./shaders/dense-int16'),
  convolution: () => import('./shaders/convolution'),
  elementwise: () => import('./shaders/elementwise'),
  moves: () => import('./shaders/moves'),
  float: () => import('./shaders/float'),
} satisfies Record<string, () => Promise<{ readonly default: Texts }>>;

type Group = keyof typeof GROUPS;

/** Where each kernel and all that it includes are found, but for what is there from the start. */
const GROUPS_OF_KERNEL: Readonly<Record<string, readonly Group[]>> = {
  input_product: [],
  lstm_sequence: ['layerNorm', 'lstmSequence'],
  lstm_resident: ['lstmFused', 'lstmResident'],
  wave_product: ['lstmWavefront'],
  lstm_step: ['lstmFused', 'lstmStep'],
  lstm_frame: ['lstmFused', 'lstmFrame'],
  lstm_gates: ['lstmStages'],
  lstm_cell: ['layerNorm', 'lstmStages'],
  projection: ['lstmStages'],
  fully_connected: [],
  fully_connected_int16: ['denseInt16'],
  softmax: [],
  conv2d: ['convolution'],
  depthwise_conv2d: ['convolution'],
  binary: ['elementwise'],
  mean: ['elementwise'],
  lookup: ['elementwise'],
  logistic_int16: ['elementwise'],
  move: ['moves'],
  move_words: ['moves'],
  gather: ['moves'],
  float_binary: ['float'],
  float_conv2d: ['float'],
  float_dequantize: ['float'],
  float_dequantize_int16: ['float'],
  float_fully_connected: ['float'],
  float_mean: ['float'],
  float_quantize: ['float'],
  float_softmax: ['float'],
  float_unary: ['float'],
};

/** Files that stand for a group: a kernel in which another one takes their place does without the group. */
const HEADS: Partial<Readonly<Record<Group, string>>> = { layerNorm: 'lib/row_moments.wgsl' };

/** Groups that a kernel needs because files of theirs take another one's place. */
const GROUPS_OF_ALTERNATIVE: Partial<Readonly<Record<string, Group>>> = {
  'lib/tanh_table.wgsl': 'gateTables',
};

const FOLDER = /^.*\/shaders\//;

/**
 * The library's own files for a kernel, all that it includes among them; other kernels, which tests and measurements bring
 * themselves, may include the shared arithmetic.
 *
 * @param alternatives that the kernel is linked with
 */
export async function loadShaders(
  kernel: string,
  alternatives: Specialization['alternatives'],
): Promise<ShaderSources> {
  const isReplaced = (group: Group): boolean => {
    const head = HEADS[group];
    return head !== undefined && head in alternatives;
  };
  const groups = [
    ...(GROUPS_OF_KERNEL[kernel] ?? []).filter((group) => !isReplaced(group)),
    ...Object.values(alternatives).flatMap((file) => GROUPS_OF_ALTERNATIVE[file] ?? []),
  ];
  const files = await Promise.all(groups.map(async (group) => (await GROUPS[group]()).default));
  return new Map(
    [...COMMON, ...files].flatMap((texts) =>
      Object.entries(texts).map(([path, text]) => [path.replace(FOLDER, ''), text] as const),
    ),
  );
}
