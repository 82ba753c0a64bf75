/** Softmax. */
export default import.meta.glob<string>(
  ['../../../shaders/kernels/softmax.wgsl', '../../../shaders/lib/softmax.wgsl'],
  { query: '?raw', import: 'default', eager: true },
);
