/** The parts of jsfive, a reader of HDF5 files that has no types of its own, that `hdf5.ts` builds on. */
declare module 'jsfive' {
  /** A message of an object header. */
  type HeaderMessage = ReadonlyMap<string, number>;

  interface DataObjects {
    /** `<f4` and the like; an array for types that are no plain numbers or strings. */
    readonly dtype: string | readonly unknown[];
    readonly shape: readonly number[];
    find_msg_type(type: number): readonly HeaderMessage[];
    /** Version, dimensions, layout class (0 compact, 1 contiguous, 2 chunked), and where its properties are. */
    _get_data_message_properties(offset: number): readonly [number, number, number, number];
    determine_data_shape(file: ArrayBuffer, offset: number): readonly number[];
    unpack_attribute(offset: number): readonly [name: string, value: unknown];
  }

  export class Group {
    readonly keys: readonly string[];
    /** Addresses of the members' object headers; a text for a link to somewhere else. */
    readonly _links: Readonly<Record<string, number | string>>;
    readonly _dataobjects: DataObjects;
    /** Throws if there is no such member. */
    get(path: string): Group | Dataset | null;
  }

  export class File extends Group {
    constructor(bytes: ArrayBuffer);
  }

  export class Dataset {
    readonly _dataobjects: DataObjects;
    readonly value: ArrayLike<unknown>;
  }
}
