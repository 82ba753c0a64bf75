/** Gates, cell and projection of an LSTM, each a dispatch. */
export default import.meta.glob<string>(['../../../shaders/kernels/{lstm_gates,lstm_cell,projection}.wgsl'], {
  query: '?raw',
  import: 'default',
  eager: true,
});
