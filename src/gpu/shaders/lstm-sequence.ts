/** Many timesteps of an LSTM per dispatch. */
export default import.meta.glob<string>(
  ['../../../shaders/kernels/lstm_sequence.wgsl', '../../../shaders/lib/no_row_moments.wgsl'],
  { query: '?raw', import: 'default', eager: true },
);
