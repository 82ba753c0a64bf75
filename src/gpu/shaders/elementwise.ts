/** Integer arithmetic, element by element or over dimensions. */
export default import.meta.glob<string>(
  ['../../../shaders/kernels/{binary,mean,lookup,logistic_int16}.wgsl', '../../../shaders/lib/box.wgsl'],
  { query: '?raw', import: 'default', eager: true },
);
