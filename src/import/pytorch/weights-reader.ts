import { ModelFormatError } from '../../errors';
import { quoted } from '../../errors/quoted';
import type { NamedWeights, WeightsFile } from './safetensors';
import { weightsNamed } from './safetensors';

/** A file's weights, and which of them have been used. */
export class WeightsReader {
  readonly #unused: Set<string>;

  constructor(private readonly file: WeightsFile) {
    this.#unused = new Set(file.tensors.keys());
  }

  has(name: string): boolean {
    return this.file.tensors.has(name);
  }

  /** @throws ModelFormatError if there is no such tensor. */
  take(name: string): NamedWeights {
    const weights = weightsNamed(this.file, name);
    this.#unused.delete(name);
    return weights;
  }

  /** @throws ModelFormatError naming what no layer took: the description lacks something. */
  requireAllUsed(): void {
    if (this.#unused.size === 0) return;
    const names = [...this.#unused].map(quoted).join(', ');
    throw new ModelFormatError(
      `no layer of the description uses ${names}; describe the layers that they belong to, or save without them`,
    );
  }
}
