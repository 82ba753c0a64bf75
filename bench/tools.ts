/** What `octogate bench` loads in a checkout. */
import type { BenchTools } from '../src/cli/bench/checkout-tools';
import { createPeers } from './peers';
import { createNodeHost } from './peers/node-host';

export { runInBrowser } from './browser/run-in-browser';

export const openPeers: BenchTools['openPeers'] = (gpu, ids) => {
  const host = createNodeHost(gpu);
  const close = (): void => {
    host.close();
  };
  try {
    return { peers: createPeers(host, ids), close };
  } catch (error) {
    close();
    throw error;
  }
};
