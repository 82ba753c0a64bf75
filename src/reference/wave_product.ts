/** Twin of `wave_product.wgsl`, which computes what `input_product.wgsl` does, some timesteps at a time. */
export { inputProduct as waveProduct } from './input_product';
