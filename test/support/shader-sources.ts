import type { ShaderSources } from '../../src/gpu/shader-sources';

const FOLDER = '../../shaders/';

const files = import.meta.glob<string>('../../shaders/**/*.wgsl', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** Every shader file. */
export const shaderSources: ShaderSources = new Map(
  Object.entries(files).map(([path, text]) => [path.slice(FOLDER.length), text]),
);
