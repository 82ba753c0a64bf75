/** What every path through an LSTM layer has. */
export default import.meta.glob<string>(
  [
    '../../../shaders/kernels/input_product.wgsl',
    '../../../shaders/lib/{lstm_cell,lstm_hidden,lstm_output,lstm_params,lstm_projection,lstm_row,lstm_update}.wgsl',
  ],
  { query: '?raw', import: 'default', eager: true },
);
