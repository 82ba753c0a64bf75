import { ModelFormatError } from '../../errors';
import { quoted } from '../../errors/quoted';

/** A JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Settings of a layer as Keras writes them: what is not there has Keras' default, what is of another type is an error. */
export class LayerConfig {
  constructor(
    /** For messages: `layer "lstm" (LSTM)`. */
    readonly subject: string,
    private readonly values: JsonObject,
  ) {}

  has(key: string): boolean {
    return this.values[key] !== undefined && this.values[key] !== null;
  }

  raw(key: string): unknown {
    return this.values[key];
  }

  flag(key: string, fallback: boolean): boolean {
    const value = this.values[key] ?? fallback;
    return typeof value === 'boolean' ? value : this.fail(key, 'true or false');
  }

  text(key: string, fallback: string): string {
    const value = this.values[key] ?? fallback;
    return typeof value === 'string' ? value : this.fail(key, 'a text');
  }

  number(key: string, fallback: number): number {
    const value = this.values[key] ?? fallback;
    return typeof value === 'number' && Number.isFinite(value) ? value : this.fail(key, 'a number');
  }

  /** A positive whole number; required without a fallback. */
  count(key: string, fallback?: number): number {
    const value = this.values[key] ?? fallback;
    return typeof value === 'number' && Number.isInteger(value) && value > 0
      ? value
      : this.fail(key, 'a positive whole number');
  }

  /** A positive whole number, also as a list of one: Keras writes `strides` of one dimension either way. */
  single(key: string, fallback?: number): number {
    const value = this.values[key];
    if (!Array.isArray(value)) return this.count(key, fallback);
    const [only, ...others] = value as unknown[];
    return typeof only === 'number' && Number.isInteger(only) && only > 0 && others.length === 0
      ? only
      : this.fail(key, 'one positive whole number');
  }

  /** Whole numbers, a single one as a list of one. */
  wholeNumbers(key: string, fallback?: readonly number[]): readonly number[] {
    const value = this.values[key] ?? fallback;
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    return list.map((each) => (Number.isInteger(each) ? (each as number) : this.fail(key, 'whole numbers')));
  }

  /** Name of a function, such as an activation: a text, or what Keras writes for functions that are its own. */
  functionName(key: string, fallback: string): string {
    const value = this.values[key] ?? fallback;
    if (typeof value === 'string') return value;
    if (isObject(value) && typeof value['config'] === 'string') return value['config'];
    if (isObject(value) && typeof value['class_name'] === 'string') return value['class_name'];
    return this.fail(key, 'the name of a function');
  }

  /** Settings of a layer inside this one. */
  layer(key: string): { readonly className: string; readonly config: LayerConfig } {
    const value = this.values[key];
    if (!isObject(value) || typeof value['class_name'] !== 'string' || !isObject(value['config'])) {
      return this.fail(key, 'a layer');
    }
    const className = value['class_name'];
    return { className, config: new LayerConfig(`${this.subject}, its ${className}`, value['config']) };
  }

  private fail(key: string, expected: string): never {
    const value = JSON.stringify(this.values[key]) as string | undefined;
    throw new ModelFormatError(
      `${this.subject}: its ${quoted(key)} is ${value === undefined ? 'missing' : quoted(value)}; ` +
        `${expected} expected, save the model again`,
    );
  }
}
