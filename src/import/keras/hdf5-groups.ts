import { ModelFormatError, UnsupportedModelError } from '../../errors';

/** Object header messages, HDF5 file format specification, section IV.A.2. */
const CONTINUATION_MESSAGE = 16;
const SYMBOL_TABLE_MESSAGE = 17;
/** The signature that new-style object headers begin with. */
const NEW_HEADER = 0x5244_484f; // "OHDR"
/** Where superblocks have the address of the root group's object header, by version. */
const ROOT_ADDRESS: ReadonlyMap<number, number> = new Map([
  [0, 64],
  [2, 36],
  [3, 36],
]);
const SUPERBLOCK_VERSION = 8;
const MESSAGE_HEADER_BYTES = 8;
const TREE_HEADER_BYTES = 24;
const TREE_ENTRY_BYTES = 16;

/**
 * Proves that the tree of a group's members is a tree: that no node is reached twice. A reader that follows addresses as they
 * are would go round in circles, or through the same nodes again and again.
 */
export class GroupTrees {
  private readonly view: DataView;

  constructor(file: ArrayBuffer) {
    this.view = new DataView(file);
  }

  /** Address of the root group; throws RangeError in a file that is too short for one. */
  get rootAddress(): number {
    const place = ROOT_ADDRESS.get(this.view.getUint8(SUPERBLOCK_VERSION));
    if (place === undefined)
      throw new ModelFormatError('the HDF5 file is of an unknown version; save the model again');
    return this.address(place);
  }

  /**
   * Checks the object at an address.
   *
   * @throws ModelFormatError if its members are no tree; UnsupportedModelError for the new style of objects, which Keras
   * does not write; RangeError where addresses lead out of the file.
   */
  check(objectAddress: number, subject: string): void {
    if (this.view.getUint32(objectAddress, true) === NEW_HEADER) {
      const reason = "is written in HDF5's newest style; save it with h5py's default libver, as Keras does";
      throw new UnsupportedModelError([{ subject, reason }]);
    }
    const visited = new Set<number>();
    for (const tree of this.treesOf(objectAddress)) this.visit(tree, null, visited, subject);
  }

  /** Addresses of the trees that an object's header names. */
  private treesOf(objectAddress: number): number[] {
    const { view } = this;
    let remaining = view.getUint16(objectAddress + 2, true);
    const blocks = [{ begin: objectAddress + 16, bytes: view.getUint32(objectAddress + 8, true) }];
    const trees: number[] = [];
    for (const { begin, bytes } of blocks) {
      for (let offset = begin; offset < begin + bytes && remaining > 0; remaining--) {
        const type = view.getUint16(offset, true);
        const content = offset + MESSAGE_HEADER_BYTES;
        if (type === SYMBOL_TABLE_MESSAGE) trees.push(this.address(content));
        if (type === CONTINUATION_MESSAGE) {
          blocks.push({ begin: this.address(content), bytes: this.address(content + 8) });
        }
        offset = content + view.getUint16(offset + 2, true);
      }
    }
    return trees;
  }

  private visit(node: number, expectedLevel: number | null, visited: Set<number>, subject: string): void {
    this.reach(node, visited, subject);
    const level = this.view.getUint8(node + 5);
    // Readers refuse a node of another level themselves, so that trees end.
    if (expectedLevel !== null && level !== expectedLevel) return;
    const entries = this.view.getUint16(node + 6, true);
    for (let entry = 0; entry < entries; entry++) {
      const child = this.address(node + TREE_HEADER_BYTES + entry * TREE_ENTRY_BYTES + 8);
      if (level > 0) this.visit(child, level - 1, visited, subject);
      else this.reach(child, visited, subject);
    }
  }

  private reach(node: number, visited: Set<number>, subject: string): void {
    if (!visited.has(node)) {
      visited.add(node);
      return;
    }
    throw new ModelFormatError(
      `${subject} of the HDF5 file: its list of members leads to the same place twice; it is damaged, save the model again`,
    );
  }

  private address(offset: number): number {
    return Number(this.view.getBigUint64(offset, true));
  }
}
