import type { Plugin } from 'vite';

/** Lines for our own linker look like comments, and are kept. */
const COMMENT = /\s*\/\/(?!#).*$/;

/**
 * WGSL without comments and indentation, as it is published: about a third of the bytes. Lines stay where they are, so that
 * messages of shader compilers still name the line of the source.
 */
export function stripWgsl(source: string): string {
  return source
    .split('\n')
    .map((line) => line.replace(COMMENT, '').trim())
    .join('\n');
}

/** Strips every shader that the library inlines. */
export function wgslStripper(): Plugin {
  return {
    name: 'strip-wgsl',
    enforce: 'pre',
    apply: 'build',
    transform: {
      filter: { id: /\.wgsl\?raw$/ },
      handler: (code) => {
        const source = JSON.parse(code.slice(code.indexOf('"'), code.lastIndexOf('"') + 1)) as string;
        return { code: `export default ${JSON.stringify(stripWgsl(source))}`, map: null };
      },
    },
  };
}
