/** Dense layers. */
export default import.meta.glob<string>(['../../../shaders/kernels/fully_connected.wgsl'], {
  query: '?raw',
  import: 'default',
  eager: true,
});
