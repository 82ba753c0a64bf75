/** What `octogate bench` loads in a checkout. */
import type { BenchTools } from '../src/cli/bench/checkout-tools';
import { createPeers } from './peers';
import { createNodeHost } from './peers/node-host';

export const openPeers: BenchTools['openPeers'] = (gpu, ids) => {
  const host = createNodeHost(gpu);
  return {
    peers: createPeers(host, ids),
    close: () => {
      host.close();
    },
  };
};

export { runInBrowser } from './browser/run-in-browser';
