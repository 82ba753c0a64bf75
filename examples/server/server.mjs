// @ts-check
import { once } from 'node:events';
import { WebSocketServer } from 'ws';
import { StreamPool } from 'octogate/streaming';
import { Connection } from './connection.mjs';

/** Close codes of RFC 6455, and of its registry. */
const GOING_AWAY = 1001;
const TRY_AGAIN_LATER = 1013;

/** Bytes of a message at most; a longer one ends its connection before it is read. */
const LONGEST_MESSAGE = 2 ** 20;

/**
 * Serves a model to many clients at once, on localhost: all streams advance in the batches of one `StreamPool`. A stream lives as
 * long as its connection.
 *
 * @param {import('octogate').Model} model of one input and one output
 * @param {{ readonly port: number, readonly streams: number }} options `streams`: connections at most
 */
export async function startServer(model, { port, streams }) {
  const pool = StreamPool.of(model, { streams });
  const server = new WebSocketServer({ host: '127.0.0.1', port, maxPayload: LONGEST_MESSAGE });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('a TCP port was asked for');

  /** @type {Set<Connection>} */
  const connections = new Set();
  server.on('connection', (socket) => {
    if (pool.streams === pool.capacity) {
      socket.close(TRY_AGAIN_LATER, `all ${pool.capacity} streams are taken`);
      return;
    }
    const connection = new Connection(socket, pool.open());
    connections.add(connection);
    void connection.closed.then(() => connections.delete(connection));
  });

  return {
    url: `ws://localhost:${address.port}`,

    /** Takes no more clients, answers every frame that has arrived, says goodbye, and frees the pool. */
    async close() {
      server.close();
      await Promise.all(
        [...connections].map(async (connection) => {
          await connection.end(GOING_AWAY, 'the server ends');
          await connection.closed;
        }),
      );
      pool.dispose();
    },
  };
}
