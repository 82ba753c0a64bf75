import { defineConfig } from 'vitest/config';

/** The library (browser and Node) and the CLI come out of one build; WGSL is inlined through `?raw` imports. */
export default defineConfig({
  build: {
    target: 'es2022',
    sourcemap: true,
    lib: {
      entry: { index: 'src/index.ts', node: 'src/node.ts', cli: 'src/cli/main.ts' },
      formats: ['es'],
    },
    rollupOptions: {
      external: [/^node:/, 'webgpu', 'flatbuffers', 'commander', 'cli-progress', 'npyjs', '@sparticuz/chromium'],
    },
  },
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
