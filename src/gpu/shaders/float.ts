/** Float islands. */
export default import.meta.glob<string>(
  ['../../../shaders/kernels/float_*.wgsl', '../../../shaders/lib/box.wgsl'],
  { query: '?raw', import: 'default', eager: true },
);
