import { defineConfig } from 'vitest/config';
import packageJson from './package.json' with { type: 'json' };
import { wgslPublisher } from './scripts/build/publish-wgsl.ts';
import { coreFile } from './scripts/build/shared-files.ts';

const core = coreFile();
const reports = process.env['OCTOGATE_TEST_REPORTS'];

/** The library (browser and Node) and the CLI come out of one build; WGSL is inlined through `?raw` imports. */
export default defineConfig({
  plugins: [wgslPublisher(), core.plugin],
  build: {
    target: 'es2022',
    sourcemap: true,
    // To be read where it is installed; a page's bundler minifies it.
    minify: false,
    lib: {
      entry: {
        index: 'src/index.ts',
        streaming: 'src/streaming/index.ts',
        'streaming/worklet': 'src/streaming/worklet/frame-processor.ts',
        import: 'src/import/index.ts',
        'import/tflite': 'src/import/tflite/index.ts',
        'import/onnx': 'src/import/onnx/index.ts',
        'import/keras': 'src/import/keras/index.ts',
        'import/pytorch': 'src/import/pytorch/index.ts',
        quantize: 'src/quantize/index.ts',
        export: 'src/export/tflite/index.ts',
        inspect: 'src/inspect/index.ts',
        data: 'src/data/index.ts',
        report: 'src/report/index.ts',
        node: 'src/node.ts',
        bench: 'src/bench/index.ts',
        cli: 'src/cli/main.ts',
      },
      formats: ['es'],
    },
    rolldownOptions: {
      output: {
        // Beside the entries, whose names they must not take; an app's bundler adds hashes of its own.
        chunkFileNames: 'chunk-[name].js',
        codeSplitting: {
          groups: [{ debugName: 'shared', name: core.fileOf }],
        },
      },
      // What the package depends on is installed beside it, with its own inner modules; but a plain page finds no package
      // by its name, so that what runs a model is in the files themselves.
      external: [
        /^node:/,
        'webgpu',
        'vite',
        ...Object.keys(packageJson.dependencies)
          .filter((name) => name !== 'flatbuffers')
          .map((name) => new RegExp(`^${name}(/|$)`)),
      ],
    },
  },
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    reporters:
      reports === undefined
        ? ['default']
        : ['default', ['json', { outputFile: `${reports}/${process.pid}.json` }]],
  },
});
