import { expect, it } from 'vitest';
import { DisposedError, LimitError } from '../../src/errors';
import { describeOnContext } from '../support/gpu';
import { readInts, whole } from './scale-kernel';

const MIB = 1024 * 1024;

describeOnContext('buffers', (context) => {
  it('come in multiples of 4 bytes, at least 16, and are all counted', () => {
    const before = context().allocatedBytes;
    const sizes = [0, 1, 16, 17, 1000, 1001];
    const buffers = sizes.map((sizeBytes) =>
      context().createBuffer({ label: 'sizes', use: 'storage', sizeBytes }),
    );
    expect(buffers.map(({ sizeBytes }) => sizeBytes)).toEqual([16, 16, 16, 20, 1000, 1004]);
    expect(context().allocatedBytes - before).toBe(16 + 16 + 16 + 20 + 1000 + 1004);
    for (const buffer of buffers) buffer.destroy();
    for (const buffer of buffers) buffer.destroy();
    expect(context().allocatedBytes).toBe(before);
  });

  it('start with their data and zeros', async () => {
    const data = Int8Array.of(9, 1, 2, 3, 4, 5, -1, 9).subarray(1, 7);
    const buffer = context().createBuffer({ label: 'data', use: 'storage', sizeBytes: 16, data });
    expect(
      await readInts(
        context()
          .record('read')
          .submitAndRead([whole(buffer)]),
      ),
    ).toEqual([0x04030201, 0xff05, 0, 0]);
    buffer.destroy();
  });

  it('take uploads in order with submissions', async () => {
    const source = context().createBuffer({ label: 'source', use: 'storage', sizeBytes: 16 });
    const target = context().createBuffer({ label: 'target', use: 'storage', sizeBytes: 32 });
    context().upload(source, Int32Array.of(1, 2, 3, 4));
    const first = context().record('first');
    first.copy(whole(source), target, 16);
    first.submit();
    context().upload(source, new Int32Array([9, 8, 7, 6, 5]).subarray(1, 3), 4);
    const second = context().record('second');
    second.copy(whole(source), target);
    expect(await readInts(second.submitAndRead([whole(target)]))).toEqual([1, 8, 7, 4, 1, 2, 3, 4]);
    source.destroy();
    target.destroy();
  });

  it.each([
    ['storage', 256 * MIB + 4, 'maxBufferSize of 268435456'],
    ['uniform', 64 * 1024 + 4, 'maxUniformBufferBindingSize of 65536'],
  ] as const)('refuse more than the default limit of %s', (use, sizeBytes, limit) => {
    const create = () => context().createBuffer({ label: 'lstm_0.weights', use, sizeBytes });
    expect(create).toThrow(LimitError);
    expect(create).toThrow(
      `${sizeBytes} bytes of buffer lstm_0.weights: above WebGPU's default ${limit}; use`,
    );
  });

  it('refuse data and ranges that do not fit', () => {
    const buffer = context().createBuffer({ label: 'small', use: 'storage', sizeBytes: 16 });
    expect(() =>
      context().createBuffer({ label: 'small', use: 'storage', sizeBytes: 16, data: new Uint8Array(17) }),
    ).toThrow('buffer small: 17 bytes of data do not fit into 16 bytes');
    expect(() => {
      context().upload(buffer, new Uint8Array(16), 4);
    }).toThrow('cannot upload to 16 bytes at 4 of buffer small: the buffer has 16 bytes');
    expect(() => {
      context().upload(buffer, new Uint8Array(3));
    }).toThrow('offset and length must be multiples of 4');
    expect(() => {
      context().record('clear').clear({ buffer, offsetBytes: 8, sizeBytes: 12 });
    }).toThrow('cannot clear 12 bytes at 8 of buffer small');
    buffer.destroy();
    expect(() => {
      context().upload(buffer, new Uint8Array(4));
    }).toThrow(DisposedError);
  });
});
