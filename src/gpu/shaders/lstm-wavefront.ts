/** What a stack of LSTM layers that run at once needs besides the kernels of one layer. */
export default import.meta.glob<string>(['../../../shaders/kernels/wave_product.wgsl'], {
  query: '?raw',
  import: 'default',
  eager: true,
});
