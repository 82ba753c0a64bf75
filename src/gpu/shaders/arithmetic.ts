/** Fixed point, packing and int8 products: what most integer kernels include. */
export default import.meta.glob<string>(
  [
    '../../../shaders/generated/*.wgsl',
    '../../../shaders/lib/{channel_quad,dot4_packed,dot4_unpacked,exp,high_multiply,linear_workgroup,logistic,pack_i8,pass_around,quad_product,quads,reciprocal,requantize,rounding,row_tile,row_tile_product_plain,row_tile_product_subgroup,saturate,tanh}.wgsl',
  ],
  { query: '?raw', import: 'default', eager: true },
);
