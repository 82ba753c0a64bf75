import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { peerBytes, peersCopied } from '../scripts/build/copy-peers.ts';
import { wgslPublisher } from '../scripts/build/publish-wgsl.ts';

const source = (path: string): string => fileURLToPath(new URL(`../src/${path}`, import.meta.url));

/** The demo page: static files that work from any path. It sees the library as its users do, by the package's names. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  publicDir: '../models',
  build: { target: 'es2022', outDir: 'dist', emptyOutDir: true },
  define: { PEER_BYTES: String(peerBytes()) },
  plugins: [wgslPublisher(), peersCopied('peers')],
  worker: {
    format: 'es',
    plugins: () => [wgslPublisher()],
    // A worker is one file, so that what it loads on demand needs no network once the page is loaded.
    rolldownOptions: { output: { codeSplitting: false } },
  },
  resolve: {
    alias: [
      {
        find: /^octogate\/streaming\/worklet(?=$|\?)/,
        replacement: source('streaming/worklet/frame-processor.ts'),
      },
      { find: /^octogate$/, replacement: source('index.ts') },
      { find: /^octogate\/export$/, replacement: source('export/tflite/index.ts') },
      { find: /^octogate\/(.+)$/, replacement: `${source('')}$1/index.ts` },
    ],
  },
  // A server that isolates pages gives the runtimes that the benchmark compares with their threads.
  preview: {
    headers: {
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    },
  },
});
