import type { Peer } from '../../src/bench';
import type { PeerHost } from './host';
import { onnxruntimePeers } from './onnxruntime';
import { tensorflowPeer } from './tensorflow';
import { tflitePeer } from './tflite';

/**
 * Other runtimes for the same networks: development dependencies, which no user of the library installs or loads.
 *
 * @param ids the wanted ones, all without it
 * @throws RangeError for an unknown one.
 */
export function createPeers(host: PeerHost, ids?: readonly string[]): Peer[] {
  const peers = [...onnxruntimePeers(host), tensorflowPeer(host), tflitePeer(host)];
  if (ids === undefined) return peers;
  return ids.map((id) => {
    const peer = peers.find((candidate) => candidate.id === id);
    if (peer !== undefined) return peer;
    throw new RangeError(`no peer "${id}"; there are ${peers.map((known) => known.id).join(', ')}`);
  });
}
