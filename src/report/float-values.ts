import type { FloatObserver } from '../quantize';
import type { Site } from '../quantize';

/** Keeps what a float run shows of some sites during one call. */
export class FloatValues {
  readonly #wanted: ReadonlySet<string>;
  readonly #parts = new Map<string, Float32Array[]>();

  constructor(sites: Iterable<Site>) {
    this.#wanted = new Set(Array.from(sites, keyOf));
  }

  /** Forgets the call before. */
  begin(): void {
    this.#parts.clear();
  }

  readonly observe: FloatObserver = (site, values) => {
    const key = keyOf(site);
    if (!this.#wanted.has(key)) return;
    const parts = this.#parts.get(key);
    if (parts === undefined) this.#parts.set(key, [values.slice()]);
    else parts.push(values.slice());
  };

  /** Everything that was seen of a site, one showing after the other; null if it was not seen. */
  joined(site: Site): Float32Array | null {
    const parts = this.#parts.get(keyOf(site));
    if (parts === undefined) return null;
    const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
    let offset = 0;
    for (const part of parts) {
      whole.set(part, offset);
      offset += part.length;
    }
    return whole;
  }
}

function keyOf({ group, key }: Site): string {
  return `${group} ${key}`;
}
