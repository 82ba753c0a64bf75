import { expose } from 'comlink';
import { Octogate } from 'octogate';
import type { Model } from 'octogate';
import modelUrl from '../../models/digits.tflite?url';

/** What the page sees, through Comlink: every call is a message, and errors come back as rejections. */
export class Classifier {
  readonly #model: Promise<Model> = load();

  /**
   * Classifies handwritten digits, all in one call.
   *
   * @param images int8 `[count, 28, 28]`
   * @returns the likeliest digit of each image
   */
  async classify(images: Int8Array): Promise<number[]> {
    const model = await this.#model;
    const count = images.length / (28 * 28);
    const session = model.createSession({ batch: count });
    try {
      const beliefs = await session.run(images);
      // [count, 28, 10]: what the model believes after every row; the last row's belief has seen the whole digit.
      return Array.from({ length: count }, (_, image) => {
        const last = beliefs.subarray((28 * image + 27) * 10, 28 * (image + 1) * 10);
        return last.indexOf(Math.max(...last));
      });
    } finally {
      session.dispose();
    }
  }
}

async function load(): Promise<Model> {
  return Octogate.load(await (await fetch(modelUrl)).arrayBuffer());
}

expose(new Classifier());
