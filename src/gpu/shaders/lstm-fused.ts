/** A cell right behind its gates, and what puts hidden values together. */
export default import.meta.glob<string>(
  [
    '../../../shaders/lib/{lstm_cell_record,lstm_fused_cell,neighbour_words_plain,neighbour_words_subgroup}.wgsl',
  ],
  { query: '?raw', import: 'default', eager: true },
);
