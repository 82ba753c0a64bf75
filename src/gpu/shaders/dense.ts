/** Dense layers. */
export default import.meta.glob<string>(
  [
    '../../../shaders/kernels/{fully_connected,fully_connected_int16}.wgsl',
    '../../../shaders/lib/channel_quad.wgsl',
  ],
  { query: '?raw', import: 'default', eager: true },
);
