import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { buildIfStale } from '../../scripts/build-if-stale.mjs';
import { parseNpy } from '../../src/data';
import { Octogate } from '../../src/index';
import { ROOT } from '../support/repository';

const MODEL = `${ROOT}models/digits.tflite`;
const SAMPLES = `${ROOT}models/digits-samples.npy`;
const LABELS = `${ROOT}models/digits-labels.npy`;

beforeAll(buildIfStale);

type Running = ChildProcessByStdio<null, Readable, Readable>;

function start(example: string, ...args: string[]): Running {
  return spawn(process.execPath, [`${ROOT}examples/${example}`, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function textOf(stream: Readable): Promise<string> {
  let text = '';
  for await (const part of stream) text += String(part);
  return text;
}

async function finish(running: Running): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const [stdout, stderr, [code]] = await Promise.all([
    textOf(running.stdout),
    textOf(running.stderr),
    once(running, 'close') as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}

describe('the batch job', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'octogate-job-'));
    await mkdir(join(folder, 'in'));
    return () => rm(folder, { recursive: true });
  });

  it('runs every file of a folder, and tells which do not fit', async () => {
    await cp(SAMPLES, join(folder, 'in/digits.npy'));
    await writeFile(join(folder, 'in/broken.npy'), 'no array');
    await writeFile(join(folder, 'in/notes.txt'), 'not looked at');
    const { code, stderr } = await finish(
      start('batch-job/main.mjs', MODEL, join(folder, 'in'), join(folder, 'out')),
    );
    expect(stderr).toMatch(/^broken\.npy: not a readable \.npy file/m);
    expect(code).toBe(1);
    expect(await readdir(join(folder, 'out'))).toEqual(['digits.npy']);
    const { shape, data } = parseNpy('out', await readFile(join(folder, 'out/digits.npy')));
    expect(shape).toEqual([10, 28, 10]);
    const beliefs = data as Float32Array;
    const digits = Array.from({ length: 10 }, (_, image) => {
      const last = beliefs.subarray((image * 28 + 27) * 10, (image + 1) * 28 * 10);
      return last.indexOf(Math.max(...last));
    });
    const labels = parseNpy('labels', await readFile(LABELS)).data as Int8Array;
    expect(digits).toEqual([...labels]);
  });

  it('says how it is used', async () => {
    const { code, stderr } = await finish(start('batch-job/main.mjs'));
    expect([code, stderr]).toEqual([2, 'usage: node main.mjs MODEL.tflite INPUTS OUTPUTS\n']);
  });
});

describe('the server', () => {
  const STREAMS = 3;
  let server: Running;
  let url: string;
  beforeAll(async () => {
    server = start('server/main.mjs', MODEL, '--port', '0', '--streams', String(STREAMS));
    [url] = (await once(createInterface(server.stdout), 'line')) as [string];
    return async () => {
      if (server.exitCode !== null) return;
      server.kill('SIGKILL');
      await once(server, 'close');
    };
  });

  async function connect(): Promise<WebSocket> {
    const socket = new WebSocket(url.replace('localhost', '127.0.0.1'));
    socket.binaryType = 'arraybuffer';
    await once(socket, 'open');
    return socket;
  }

  /** Sends all frames at once, and gathers as many answers. */
  async function stream(socket: WebSocket, frames: readonly Float32Array[]): Promise<Float32Array[]> {
    const answers: Float32Array[] = [];
    const done = new Promise<void>((resolve) => {
      socket.on('message', (data) => {
        answers.push(new Float32Array(data as ArrayBuffer));
        if (answers.length === frames.length) resolve();
      });
    });
    for (const frame of frames) socket.send(frame);
    await done;
    return answers;
  }

  async function closeOf(socket: WebSocket): Promise<[number, string]> {
    const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
    return [code, reason.toString()];
  }

  async function rowsOf(image: number): Promise<Float32Array[]> {
    const samples = parseNpy('samples', await readFile(SAMPLES)).data as Int8Array;
    return Array.from({ length: 28 }, (_, row) =>
      Float32Array.from(
        samples.subarray((image * 28 + row) * 28, (image * 28 + row + 1) * 28),
        (grey) => (grey + 128) / 255,
      ),
    );
  }

  it('streams to several clients at once, each the bits that it would get alone', async () => {
    const model = await Octogate.load(await readFile(MODEL), { backend: 'reference' });
    await Promise.all(
      [3, 7].map(async (image) => {
        const rows = await rowsOf(image);
        const session = model.createSession();
        const expected = await session.run(Float32Array.from(rows.flatMap((row) => [...row])));
        const socket = await connect();
        const answers = await stream(socket, rows);
        expect(Float32Array.from(answers.flatMap((answer) => [...answer]))).toEqual(expected);
        socket.close();
        expect((await closeOf(socket))[0]).toBe(1005);
      }),
    );
    model.dispose();
  });

  it('turns down what does not fit, and whom there is no room for', async () => {
    const [first, second, ...rest] = await Promise.all(Array.from({ length: STREAMS }, connect));
    const tooMany = await connect();
    expect(await closeOf(tooMany)).toEqual([1013, `all ${STREAMS} streams are taken`]);
    first!.send(new Float32Array(5));
    expect(await closeOf(first!)).toEqual([
      1008,
      'a frame of this pool is Float32Array of 28 elements; Float32Array of 5 found',
    ]);
    second!.send('text');
    expect(await closeOf(second!)).toEqual([1003, 'frames are binary messages of float32']);
    // The others are not concerned.
    for (const socket of rest) expect(await stream(socket, await rowsOf(1))).toHaveLength(28);
    for (const socket of rest) socket.close();
  });

  it('says goodbye when it ends', async () => {
    const socket = await connect();
    await stream(socket, await rowsOf(0));
    const ends = Promise.all([closeOf(socket), once(server, 'close')]);
    server.kill('SIGTERM');
    expect((await ends)[0]).toEqual([1001, 'the server ends']);
    expect(server.exitCode).toBe(0);
  });
});
