import type { ShaderSources } from './shader-sources';

/** WGSL files that are loaded together, once a kernel needs them. */
const GROUPS = {
  arithmetic: () => import('./shaders/arithmetic'),
  lstm: () => import('./shaders/lstm'),
  lstmSequence: () => import('./shaders/lstm-sequence'),
  lstmResident: () => import('./shaders/lstm-resident'),
  lstmStep: () => import('./shaders/lstm-step'),
  lstmFused: () => import('./shaders/lstm-fused'),
  lstmStages: () => import('./shaders/lstm-stages'),
  layerNorm: () => import('./shaders/layer-norm'),
  dense: () => import('./shaders/dense'),
  softmax: () => import('./shaders/softmax'),
  convolution: () => import('./shaders/convolution'),
  elementwise: () => import('./shaders/elementwise'),
  moves: () => import('./shaders/moves'),
  float: () => import('./shaders/float'),
} satisfies Record<string, () => Promise<{ readonly default: Readonly<Record<string, string>> }>>;

type Group = keyof typeof GROUPS;

/** Where each kernel and all that it includes are found. */
const GROUPS_OF_KERNEL: Readonly<Record<string, readonly Group[]>> = {
  input_product: ['arithmetic', 'lstm'],
  lstm_sequence: ['arithmetic', 'lstm', 'layerNorm', 'lstmSequence'],
  lstm_resident: ['arithmetic', 'lstm', 'lstmFused', 'lstmResident'],
  lstm_step: ['arithmetic', 'lstm', 'lstmFused', 'lstmStep'],
  lstm_gates: ['arithmetic', 'lstm', 'lstmStages'],
  lstm_cell: ['arithmetic', 'lstm', 'layerNorm', 'lstmStages'],
  projection: ['arithmetic', 'lstm', 'lstmStages'],
  fully_connected: ['arithmetic', 'dense'],
  fully_connected_int16: ['arithmetic', 'dense'],
  softmax: ['arithmetic', 'softmax'],
  conv2d: ['arithmetic', 'convolution'],
  depthwise_conv2d: ['arithmetic', 'convolution'],
  binary: ['arithmetic', 'elementwise'],
  mean: ['arithmetic', 'elementwise'],
  lookup: ['arithmetic', 'elementwise'],
  logistic_int16: ['arithmetic', 'elementwise'],
  move: ['arithmetic', 'moves'],
  move_words: ['arithmetic', 'moves'],
  gather: ['arithmetic', 'moves'],
  float_binary: ['arithmetic', 'float'],
  float_conv2d: ['arithmetic', 'float'],
  float_dequantize: ['arithmetic', 'float'],
  float_dequantize_int16: ['arithmetic', 'float'],
  float_fully_connected: ['arithmetic', 'float'],
  float_mean: ['arithmetic', 'float'],
  float_quantize: ['arithmetic', 'float'],
  float_softmax: ['arithmetic', 'float'],
  float_unary: ['arithmetic', 'float'],
};

const FOLDER = /^.*\/shaders\//;

/**
 * The library's own files for a kernel, all that it includes among them; other kernels, which tests and measurements bring
 * themselves, may include the shared arithmetic.
 */
export async function loadShaders(kernel: string): Promise<ShaderSources> {
  const groups = GROUPS_OF_KERNEL[kernel] ?? ['arithmetic'];
  const files = await Promise.all(groups.map(async (group) => (await GROUPS[group]()).default));
  return new Map(
    files.flatMap((texts) =>
      Object.entries(texts).map(([path, text]) => [path.replace(FOLDER, ''), text] as const),
    ),
  );
}
