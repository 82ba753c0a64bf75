/**
 * Byte layout of WGSL structs in the uniform address space, and packing of JavaScript values into it.
 *
 * The uniform address space asks for more than a struct's natural layout: a nested struct starts at a multiple of 16
 * bytes, as does whatever follows it, and array elements are multiples of 16 bytes apart. WGSL refuses a struct that
 * does not comply rather than padding it, so the shader's declaration of a nested struct starts with an `@align(16)`
 * member; then the shader's natural layout is the one computed here, which a contract test checks by reflection.
 */

/**
 * Leaf types: 4-byte integers, and real numbers for the kernels of float islands, alone or in vectors. There is no bool in
 * a uniform buffer; use 0 or 1.
 */
export type LeafType = 'u32' | 'i32' | 'f32' | 'vec2<u32>' | 'vec4<i32>' | 'vec4<u32>' | 'vec4<f32>';

/** Array elements: a scalar's 4-byte stride is not allowed in the uniform address space, so scalars come as `vec4`. */
export type ArrayElement = 'vec4<i32>' | 'vec4<u32>' | 'vec4<f32>' | StructLayout;

export interface ArrayLayout<E extends ArrayElement = ArrayElement> {
  readonly kind: 'array';
  readonly element: E;
  readonly count: number;
  readonly strideBytes: number;
}

export type MemberType = LeafType | ArrayLayout | StructLayout;

/** Members in declaration order. Keys are camelCase; the WGSL member is the same name in snake_case. */
export type StructMembers = Readonly<Record<string, MemberType>>;

export interface MemberLayout {
  /** Name in TypeScript: `inputElements`. */
  readonly key: string;
  /** Name in WGSL: `input_elements`. */
  readonly wgslName: string;
  readonly type: MemberType;
  readonly offsetBytes: number;
  readonly sizeBytes: number;
}

export interface StructLayout<M extends StructMembers = StructMembers> {
  readonly kind: 'struct';
  /** Name of the struct in WGSL. */
  readonly name: string;
  readonly definition: M;
  readonly members: readonly MemberLayout[];
  /** A multiple of 16, so that the struct can nest and so that its uniform buffer can be copied to. */
  readonly sizeBytes: number;
}

/** The JavaScript value that packs into a member of type `T`. */
export type MemberValue<T> = T extends 'u32' | 'i32' | 'f32'
  ? number
  : T extends 'vec2<u32>'
    ? readonly [number, number]
    : T extends 'vec4<i32>' | 'vec4<u32>' | 'vec4<f32>'
      ? readonly [number, number, number, number]
      : T extends ArrayLayout<infer E>
        ? readonly MemberValue<E>[]
        : T extends StructLayout<infer M>
          ? StructValue<M>
          : never;

export type StructValue<M extends StructMembers> = { readonly [K in keyof M]: MemberValue<M[K]> };

/** The values that `packStruct` takes for a layout: `ParamsOf<typeof LstmStepParams>`. */
export type ParamsOf<L extends StructLayout> = StructValue<L['definition']>;

const UNIFORM_ALIGN_BYTES = 16;

const LEAF_LANES = {
  u32: 1,
  i32: 1,
  f32: 1,
  'vec2<u32>': 2,
  'vec4<i32>': 4,
  'vec4<u32>': 4,
  'vec4<f32>': 4,
} as const;

export function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}

/** The WGSL spelling of a TypeScript name: `cellScaleLog2` is `cell_scale_log2`. */
export function wgslName(name: string): string {
  return name.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
}

/** Declares a fixed-size array member. */
export function array<const E extends ArrayElement>(element: E, count: number): ArrayLayout<E> {
  return { kind: 'array', element, count, strideBytes: roundUp(sizeBytesOf(element), UNIFORM_ALIGN_BYTES) };
}

/**
 * Declares a uniform struct and computes its layout.
 *
 * @param name of the struct in WGSL
 * @param definition members in the shader's order
 */
export function struct<const M extends StructMembers>(name: string, definition: M): StructLayout<M> {
  const members: MemberLayout[] = [];
  let end = 0;
  for (const [key, type] of Object.entries(definition)) {
    const member: MemberLayout = {
      key,
      wgslName: wgslName(key),
      type,
      offsetBytes: roundUp(end, alignBytesOf(type)),
      sizeBytes: sizeBytesOf(type),
    };
    members.push(member);
    end = member.offsetBytes + member.sizeBytes;
  }
  return { kind: 'struct', name, definition, members, sizeBytes: roundUp(end, UNIFORM_ALIGN_BYTES) };
}

/**
 * Packs values into the bytes that the shader reads. Padding is zero.
 *
 * @returns `layout.sizeBytes` bytes
 * @throws RangeError naming the member's path if a value is missing, is not of its type, or an array has the wrong length,
 * or if a value has no member.
 */
export function packStruct<M extends StructMembers>(
  layout: StructLayout<M>,
  values: StructValue<M>,
): ArrayBuffer {
  const bytes = new ArrayBuffer(layout.sizeBytes);
  packInto(new DataView(bytes), 0, layout, values, layout.name);
  return bytes;
}

function sizeBytesOf(type: MemberType): number {
  if (typeof type === 'string') return 4 * LEAF_LANES[type];
  return type.kind === 'array' ? type.strideBytes * type.count : type.sizeBytes;
}

function alignBytesOf(type: MemberType): number {
  return typeof type === 'string' ? 4 * LEAF_LANES[type] : UNIFORM_ALIGN_BYTES;
}

function packInto(view: DataView, offset: number, type: MemberType, value: unknown, path: string): void {
  if (typeof type === 'string') {
    packLeaf(view, offset, type, value, path);
  } else if (type.kind === 'array') {
    const elements = expectArray(value, type.count, path);
    elements.forEach((element, index) => {
      packInto(view, offset + index * type.strideBytes, type.element, element, `${path}[${index}]`);
    });
  } else {
    packMembers(view, offset, type, value, path);
  }
}

function packMembers(
  view: DataView,
  offset: number,
  layout: StructLayout,
  value: unknown,
  path: string,
): void {
  if (typeof value !== 'object' || value === null) {
    throw new RangeError(`${path} is ${String(value)}, expected the members of struct ${layout.name}`);
  }
  const byKey = new Map<string, unknown>(Object.entries(value));
  for (const key of byKey.keys()) {
    if (!(key in layout.definition))
      throw new RangeError(`${path}.${key}: struct ${layout.name} has no such member`);
  }
  for (const member of layout.members) {
    packInto(view, offset + member.offsetBytes, member.type, byKey.get(member.key), `${path}.${member.key}`);
  }
}

function packLeaf(view: DataView, offset: number, type: LeafType, value: unknown, path: string): void {
  const lanes = LEAF_LANES[type];
  const laneValues = lanes === 1 ? [value] : expectArray(value, lanes, path);
  laneValues.forEach((laneValue, lane) => {
    packLane(view, offset + 4 * lane, type, laneValue, lanes === 1 ? path : `${path}[${lane}]`);
  });
}

function packLane(view: DataView, offset: number, type: LeafType, value: unknown, path: string): void {
  switch (type) {
    case 'i32':
    case 'vec4<i32>':
      view.setInt32(offset, expectInteger(value, -(2 ** 31), 2 ** 31 - 1, path), true);
      return;
    case 'u32':
    case 'vec2<u32>':
    case 'vec4<u32>':
      view.setUint32(offset, expectInteger(value, 0, 2 ** 32 - 1, path), true);
      return;
    case 'f32':
    case 'vec4<f32>':
      view.setFloat32(offset, expectFloat32(value, path), true);
      return;
  }
}

function expectArray(value: unknown, length: number, path: string): readonly unknown[] {
  if (!Array.isArray(value))
    throw new RangeError(`${path} is ${String(value)}, expected an array of ${length}`);
  if (value.length !== length)
    throw new RangeError(`${path} has ${value.length} elements, expected ${length}`);
  return value;
}

function expectInteger(value: unknown, min: number, max: number, path: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
  throw new RangeError(`${path} is ${String(value)}, expected an integer from ${min} to ${max}`);
}

/** Infinities too: they are thresholds that nothing reaches. */
function expectFloat32(value: unknown, path: string): number {
  if (typeof value === 'number' && Math.fround(value) === value) return value;
  throw new RangeError(`${path} is ${String(value)}, expected a float32`);
}
