/** What carries values from one place to another. */
export default import.meta.glob<string>(
  ['../../../shaders/kernels/{move,move_words,gather}.wgsl', '../../../shaders/lib/box.wgsl'],
  { query: '?raw', import: 'default', eager: true },
);
