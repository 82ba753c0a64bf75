/** Many timesteps of an LSTM per dispatch, the weights held by the invocations. */
export default import.meta.glob<string>(['../../../shaders/kernels/lstm_resident.wgsl'], {
  query: '?raw',
  import: 'default',
  eager: true,
});
