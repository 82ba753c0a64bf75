/** WGSL text by path relative to `shaders/`: `lib/requantize.wgsl`, `kernels/lstm_step.wgsl`. */
export type ShaderSources = ReadonlyMap<string, string>;

const SHADERS_FOLDER = '../../shaders/';

/** Every shader file, inlined by the bundler. */
const inlined = import.meta.glob<string>('../../shaders/**/*.wgsl', {
  query: '?raw',
  import: 'default',
  eager: true,
});

export const shaderSources: ShaderSources = new Map(
  Object.entries(inlined).map(([path, text]) => [path.slice(SHADERS_FOLDER.length), text]),
);
