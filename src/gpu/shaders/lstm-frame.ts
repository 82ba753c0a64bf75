/** A call of one timestep, in one dispatch. */
export default import.meta.glob<string>(['../../../shaders/kernels/lstm_frame.wgsl'], {
  query: '?raw',
  import: 'default',
  eager: true,
});
