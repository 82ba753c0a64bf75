/** A cell right behind its gates. */
export default import.meta.glob<string>(['../../../shaders/lib/lstm_fused_cell.wgsl'], {
  query: '?raw',
  import: 'default',
  eager: true,
});
