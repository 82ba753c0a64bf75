/** Dense layers with outputs in 16 bits. */
export default import.meta.glob<string>(['../../../shaders/kernels/fully_connected_int16.wgsl'], {
  query: '?raw',
  import: 'default',
  eager: true,
});
