export interface SafetensorsEntry {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** A safetensors file of float32 tensors. */
export function encodeSafetensors(
  tensors: Readonly<Record<string, SafetensorsEntry>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { __metadata__: metadata };
  const payload: number[] = [];
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    const begin = 4 * payload.length;
    payload.push(...Array.from(data));
    header[name] = { dtype: 'F32', shape, data_offsets: [begin, 4 * payload.length] };
  }
  return encodeSafetensorsFile(header, new Uint8Array(Float32Array.from(payload).buffer));
}

/** A file of any header, sound or not. */
export function encodeSafetensorsFile(header: unknown, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + payload.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(payload, 8 + text.length);
  return bytes;
}
