import { describe, expect, it } from 'vitest';
import {
  depthBlocks,
  packedQuadWords,
  packQuads,
  packRows,
  rowWords,
  unpackRows,
} from '../../src/contract/packing';

const rampRow = (length: number, start: number) => Int8Array.from({ length }, (_, k) => start + k);

describe('activation rows', () => {
  it('pads each row to 16 bytes, lowest byte first', () => {
    expect([0, 1, 16, 17].map(rowWords)).toEqual([0, 4, 4, 8]);
    const words = packRows(Int8Array.of(1, 2, 3, 4, -1, -128, 5, 6, 7, 8), 2, 5);
    expect([...words]).toEqual([0x04030201, 0x000000ff, 0, 0, 0x07060580, 0x00000008, 0, 0]);
  });

  it.each([1, 3, 4, 15, 16, 17, 31])('unpacks what it packed (%i elements per row)', (rowElements) => {
    const values = rampRow(3 * rowElements, -40);
    expect(unpackRows(packRows(values, 3, rowElements), 3, rowElements)).toEqual(values);
  });

  it('reads a view that starts inside a buffer', () => {
    const whole = Uint32Array.of(99, ...packRows(rampRow(6, 1), 2, 3));
    expect([...unpackRows(whole.subarray(1), 2, 3)]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('refuses sizes that do not fit', () => {
    expect(() => packRows(new Int8Array(5), 2, 3)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: packRows: 5 values are not 2 rows of 3]`,
    );
    expect(() => unpackRows(new Uint32Array(7), 2, 3)).toThrow(RangeError);
  });
});

describe('quads', () => {
  it('puts every weight at [tile][depth block][slot][quad in tile], zeros elsewhere', () => {
    const shape = { quads: 10, slots: 3, depth: 19 };
    const value = (quad: number, slot: number, k: number) => ((quad * 31 + slot * 7 + k * 3) % 255) - 127;
    const words = packQuads({
      ...shape,
      row: (quad, slot) => Int8Array.from({ length: shape.depth }, (_, k) => value(quad, slot, k)),
    });
    expect(words.length).toBe(packedQuadWords(shape));
    expect(depthBlocks(shape.depth)).toBe(4);
    const bytes = new Int8Array(words.buffer);
    for (let tile = 0; tile < 2; tile++)
      for (let block = 0; block < 4; block++)
        for (let slot = 0; slot < 3; slot++)
          for (let lane = 0; lane < 8; lane++)
            for (let byte = 0; byte < 8; byte++) {
              const [quad, k] = [tile * 8 + lane, block * 8 + byte];
              const inside = quad < shape.quads && k < shape.depth;
              const index = (((tile * 4 + block) * 3 + slot) * 8 + lane) * 8 + byte;
              expect(bytes[index]).toBe(inside ? value(quad, slot, k) : 0);
            }
  });

  it('leaves an absent row zero', () => {
    const words = packQuads({
      quads: 1,
      slots: 2,
      depth: 1,
      row: (_, slot) => (slot === 0 ? null : Int8Array.of(5)),
    });
    expect(words.length).toBe(2 * 2 * 8 * 2);
    expect([...words.filter((word) => word !== 0)]).toEqual([5]);
    expect(words[8 * 2]).toBe(5);
  });

  it('refuses rows of another length and more than four slots', () => {
    expect(() => packQuads({ quads: 1, slots: 1, depth: 2, row: () => new Int8Array(3) })).toThrow(
      /3 elements, not 2/,
    );
    expect(() => packQuads({ quads: 1, slots: 5, depth: 2, row: () => null })).toThrow(/1 to 4/);
  });
});
