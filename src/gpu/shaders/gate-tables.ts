/** The gate functions by table, in the place of those that compute. */
export default import.meta.glob<string>('../../../shaders/lib/{logistic_table,tanh_table}.wgsl', {
  query: '?raw',
  import: 'default',
  eager: true,
});
