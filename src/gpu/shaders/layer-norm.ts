/** Layer norm of gates. */
export default import.meta.glob<string>(['../../../shaders/lib/{layer_norm,row_moments,wide}.wgsl'], {
  query: '?raw',
  import: 'default',
  eager: true,
});
