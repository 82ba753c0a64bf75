import { Dataset, File, Group } from 'jsfive';
import { ModelFormatError, UnsupportedModelError } from '../../errors';
import { quoted } from '../../errors/quoted';
import { GroupTrees } from './hdf5-groups';

/** Object header messages, HDF5 file format specification, section IV.A.2. */
const DATA_LAYOUT_MESSAGE = 8;
const ATTRIBUTE_MESSAGE = 12;
/** Layout class of elements that lie side by side, as Keras writes them. */
const CONTIGUOUS = 1;
/** Fixed part of an attribute message of version 1; of version 3 it is longer by the character set. */
const ATTRIBUTE_HEADER_BYTES: ReadonlyMap<number, number> = new Map([
  [1, 8],
  [3, 9],
]);
/** What a string of variable length takes in the message itself: its length, and where it is. */
const HEAP_REFERENCE_BYTES = 16;
const FLOAT_TYPE = /^[<>]f[248]$/;

/** An array of a file, as float32. */
export interface Hdf5Array {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/**
 * A group of an HDF5 file. jsfive reads the file, and takes it at its word: sizes are held against the file's own before
 * it may believe them, so that a damaged one costs no more time or memory than a whole one.
 */
export class Hdf5Group {
  private constructor(
    private readonly group: Group,
    private readonly file: ArrayBuffer,
    /** For messages: `/` or `/model_weights/lstm`. */
    readonly path: string,
  ) {}

  /** @throws ModelFormatError if the bytes are no HDF5 file. */
  static open(bytes: Uint8Array): Hdf5Group {
    const file = bytes.slice().buffer;
    return new Hdf5Group(
      attempt('/', () => {
        const trees = new GroupTrees(file);
        trees.check(trees.rootAddress, '/');
        return new File(file);
      }),
      file,
      '/',
    );
  }

  get keys(): readonly string[] {
    return this.group.keys;
  }

  /** The group at a relative path; null if there is none. */
  find(path: string): Hdf5Group | null {
    const found = this.member(path);
    return found instanceof Group ? new Hdf5Group(found, this.file, this.pathOf(path)) : null;
  }

  /**
   * The array at a relative path; null if there is none.
   *
   * @throws ModelFormatError if it does not fit into the file; UnsupportedModelError if it holds no floats, or is stored
   * in chunks.
   */
  array(path: string): Hdf5Array | null {
    const found = this.member(path);
    if (!(found instanceof Dataset)) return null;
    const subject = this.pathOf(path);
    return attempt(subject, () => this.read(found, subject));
  }

  /**
   * Strings of an attribute, a single one as a list of one; null if there is no such attribute.
   *
   * @throws ModelFormatError if it is damaged, or holds something else.
   */
  strings(name: string): string[] | null {
    const offset = this.attributeOffset(name);
    if (offset === null) return null;
    const [, value] = attempt(this.path, () => this.group._dataobjects.unpack_attribute(offset));
    const values: unknown[] = Array.isArray(value) ? value : [value];
    return values.map((each) => {
      if (typeof each === 'string') return each.replace(/\0.*$/s, '');
      throw new ModelFormatError(
        `${this.path}: its attribute ${quoted(name)} is no string; save the model again`,
      );
    });
  }

  private pathOf(member: string): string {
    return `${this.path === '/' ? '' : this.path}/${member}`;
  }

  private member(path: string): Group | Dataset | null {
    let current: Group | Dataset | null = this.group;
    for (const name of path.split('/')) {
      if (!(current instanceof Group) || !current.keys.includes(name)) return null;
      const group: Group = current;
      current = attempt(this.pathOf(path), () => {
        const target = group._links[name];
        if (typeof target !== 'number')
          throw new ModelFormatError(
            `${this.pathOf(path)} of the HDF5 file is a link to elsewhere; save the model again`,
          );
        new GroupTrees(this.file).check(target, this.pathOf(path));
        return group.get(name);
      });
    }
    return current;
  }

  private read(dataset: Dataset, subject: string): Hdf5Array {
    const { dtype, shape } = dataset._dataobjects;
    const layout = dataset._dataobjects.find_msg_type(DATA_LAYOUT_MESSAGE)[0]?.get('offset_to_message') ?? 0;
    const [, , layoutClass] = dataset._dataobjects._get_data_message_properties(layout);
    if (layoutClass !== CONTIGUOUS) {
      const reason = 'is stored in chunks or compressed; store it as it is, `h5repack -l CONTI`';
      throw new UnsupportedModelError([{ subject, reason }]);
    }
    if (typeof dtype !== 'string' || !FLOAT_TYPE.test(dtype)) {
      const found = typeof dtype === 'string' ? dtype : String(dtype[0]);
      const reason = `its elements are ${found}; floats are expected, save the model before it is quantized`;
      throw new UnsupportedModelError([{ subject, reason }]);
    }
    const bytes = shape.reduce((product, size) => product * size, Number(dtype.at(-1)));
    if (bytes > this.file.byteLength) {
      throw damaged(subject, `its shape [${shape.join(', ')}] takes ${bytes} bytes, more than the file has`);
    }
    const elements = Float32Array.from(dataset.value as ArrayLike<number>);
    return { shape, data: elements };
  }

  /** Where an attribute's message is, once its value is known to lie inside it; null if there is none of this name. */
  private attributeOffset(name: string): number | null {
    const view = new DataView(this.file);
    for (const message of this.group._dataobjects.find_msg_type(ATTRIBUTE_MESSAGE)) {
      const offset = message.get('offset_to_message') ?? 0;
      const found = attempt(this.path, () => this.attributeName(view, offset));
      if (found?.name !== name) continue;
      const { valueOffset, shapeOffset, typeOffset } = found;
      const shape = attempt(this.path, () =>
        this.group._dataobjects.determine_data_shape(this.file, shapeOffset),
      );
      const count = shape.reduce((product, size) => product * size, 1);
      const isVariable = (view.getUint8(typeOffset) & 0xf) === 9;
      const elementBytes = isVariable ? HEAP_REFERENCE_BYTES : view.getUint32(typeOffset + 4, true);
      const available = Math.min(message.get('size') ?? 0, this.file.byteLength - valueOffset);
      if (count > 0 && (elementBytes < 1 || count * elementBytes > available)) {
        throw damaged(this.path, `its attribute ${quoted(name)} is longer than its place in the file`);
      }
      return offset;
    }
    return null;
  }

  private attributeName(
    view: DataView,
    offset: number,
  ): { name: string; typeOffset: number; shapeOffset: number; valueOffset: number } | null {
    const version = view.getUint8(offset);
    const headerBytes = ATTRIBUTE_HEADER_BYTES.get(version);
    if (headerBytes === undefined) return null;
    const padded = (bytes: number): number => (version === 1 ? Math.ceil(bytes / 8) * 8 : bytes);
    const [nameBytes, typeBytes, shapeBytes] = [2, 4, 6].map((field) => view.getUint16(offset + field, true));
    const nameOffset = offset + headerBytes;
    const encoded = new Uint8Array(this.file, nameOffset, nameBytes);
    const typeOffset = nameOffset + padded(nameBytes ?? 0);
    const shapeOffset = typeOffset + padded(typeBytes ?? 0);
    return {
      name: new TextDecoder().decode(encoded).replace(/\0.*$/s, ''),
      typeOffset,
      shapeOffset,
      valueOffset: shapeOffset + padded(shapeBytes ?? 0),
    };
  }
}

/** jsfive throws strings, or stumbles over what it did not expect: either way the file is not what it should be. */
function attempt<T>(subject: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ModelFormatError || error instanceof UnsupportedModelError) throw error;
    throw damaged(subject, typeof error === 'string' ? error : 'cannot be read', error);
  }
}

function damaged(subject: string, problem: string, cause?: unknown): ModelFormatError {
  return new ModelFormatError(
    `${subject} of the HDF5 file: ${problem}; it is damaged, save the model again`,
    {
      cause,
    },
  );
}
