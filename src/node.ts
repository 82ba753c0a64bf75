/**
 * What Octogate needs in Node and nowhere else: WebGPU through the optional peer `webgpu` (Dawn).
 *
 * @packageDocumentation
 */
export { createNodeGpu, listNodeAdapters } from './gpu/node-gpu';
export type { AdapterSummary, NodeGpuOptions } from './gpu/node-gpu';
