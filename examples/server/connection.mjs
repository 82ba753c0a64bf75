// @ts-check
import { OctogateError } from 'octogate';

/** Close codes of RFC 6455. */
const UNSUPPORTED_DATA = 1003;
const POLICY_VIOLATION = 1008;
const INTERNAL_ERROR = 1011;

/** Bytes that the reason of a close may have. */
const LONGEST_REASON = 123;

/**
 * One client and its stream: a frame in each binary message, float32, and one output back for each, in order.
 *
 * While a frame waits for its output, and while the network takes no answer, nothing more is read from the client. One that
 * sends faster than the pool computes is so slowed down by TCP, and fills no memory here.
 */
export class Connection {
  #socket;
  #stream;
  /** Messages that arrived and have no answer yet: a few small ones may come at once. */
  #unanswered = 0;
  /** @type {Promise<void>} */
  #answers = Promise.resolve();
  /** Resolved once the client is gone and its stream closed. @type {Promise<void>} */
  closed;

  /**
   * @param {import('ws').WebSocket} socket
   * @param {import('octogate/streaming').PooledStream<Float32Array>} stream
   */
  constructor(socket, stream) {
    this.#socket = socket;
    this.#stream = stream;
    socket.on('message', (message, isBinary) => {
      if (isBinary && message instanceof Buffer) this.#receive(message);
      else socket.close(UNSUPPORTED_DATA, 'frames are binary messages of float32');
    });
    // The library closes the connection by itself then.
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        resolve(this.#answers.then(() => stream.close()));
      });
    });
  }

  /**
   * Answers what has arrived, then says goodbye.
   *
   * @param {number} code
   * @param {string} reason
   */
  async end(code, reason) {
    await this.#answers;
    this.#socket.close(code, reason);
  }

  /** @param {Buffer} message */
  #receive(message) {
    this.#unanswered += 1;
    this.#socket.pause();
    this.#answers = this.#answers.then(async () => {
      await this.#answer(message);
      this.#unanswered -= 1;
      if (this.#unanswered === 0) this.#socket.resume();
    });
  }

  /** Never rejects: what goes wrong is told to the client. @param {Buffer} message */
  async #answer(message) {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    try {
      await this.#send(await this.#stream.push(frameOf(message)));
    } catch (error) {
      // A frame that does not fit is the client's mistake; anything else is not.
      const code =
        error instanceof OctogateError && error.code === 'input' ? POLICY_VIOLATION : INTERNAL_ERROR;
      const reason = Buffer.from(error instanceof Error ? error.message : String(error));
      this.#socket.close(code, reason.subarray(0, LONGEST_REASON));
    }
  }

  /** Resolved once the network has taken it. @param {Float32Array} output */
  #send(output) {
    /** @type {Promise<void>} */
    const sent = new Promise((resolve, reject) => {
      this.#socket.send(output, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
    return sent;
  }
}

/** A copy, since messages lie anywhere in a shared buffer and floats want multiples of 4. @param {Buffer} message */
function frameOf(message) {
  const bytes = new Uint8Array(message);
  return new Float32Array(bytes.buffer, 0, Math.floor(bytes.length / Float32Array.BYTES_PER_ELEMENT));
}
