/** One timestep of an LSTM per dispatch. */
export default import.meta.glob<string>(['../../../shaders/kernels/lstm_step.wgsl'], {
  query: '?raw',
  import: 'default',
  eager: true,
});
