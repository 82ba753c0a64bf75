/** Convolutions. */
export default import.meta.glob<string>(
  ['../../../shaders/kernels/{conv2d,depthwise_conv2d}.wgsl', '../../../shaders/lib/convolution.wgsl'],
  { query: '?raw', import: 'default', eager: true },
);
