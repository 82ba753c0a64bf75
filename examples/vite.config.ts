import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** The examples that are pages, served side by side. `octogate` is the package as built: run `npm run build` first. */
export default defineConfig({
  root: path('.'),
  base: './',
  build: {
    target: 'es2022',
    outDir: 'dist',
    emptyOutDir: true,
    rolldownOptions: {
      input: ['page', 'worker', 'microphone', 'react'].map((name) => path(`${name}/index.html`)),
    },
  },
  worker: { format: 'es' },
});
