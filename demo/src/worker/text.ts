import { importModel } from 'octogate/import';
import { FloatRunner } from 'octogate/quantize';
import { kernelPath } from './execution';
import type { Execution } from './execution';
import { ResumableSession } from './resumable-session';
import { drawCode, seededRandom } from './sampling';

export interface TextRequest {
  readonly prompt: string;
  readonly characters: number;
  /** 0 takes the likeliest character, 1 draws as the model believes. */
  readonly temperature: number;
  readonly seed: number;
}

/** What was written since the last update, by both arithmetics from the same random numbers. */
export interface TextUpdate {
  readonly integer: string;
  readonly float: string;
  readonly integerMsPerCharacter: number;
  readonly floatMsPerCharacter: number;
  /** The device was lost and replaced; the text went on from the last character's state. */
  readonly recovered: boolean;
}

/** Milliseconds between two updates of the page. */
const UPDATE_MS = 60;

/** Characters between two copies of the state, from which the text goes on after a lost device. */
const SAVE_EVERY = 32;

/** One arithmetic's logits of the next character. */
type Predict = (code: number) => Promise<ArrayLike<number>>;

/** Writes text character by character: one-hot -> 2 x LSTM with layer norm and projection -> logits. */
export class TextWriter {
  readonly #alphabet: string;
  readonly #session: ResumableSession;
  readonly #runner: FloatRunner;
  readonly path: string;

  private constructor(alphabet: string, session: ResumableSession, runner: FloatRunner, path: string) {
    this.#alphabet = alphabet;
    this.#session = session;
    this.#runner = runner;
    this.path = path;
  }

  static async load(
    execution: Execution,
    files: { readonly integer: ArrayBuffer; readonly float: ArrayBuffer; readonly alphabet: string },
  ): Promise<TextWriter> {
    const model = await execution.load(files.integer);
    const path = await kernelPath(model, { batch: 1, timesteps: 1 });
    const runner = new FloatRunner(await importModel(files.float));
    const session = await ResumableSession.of(model.createSession({ batch: 1 }), SAVE_EVERY);
    // Compiles the kernels, so that no figure on the page counts that.
    await session.run(new Float32Array(files.alphabet.length));
    return new TextWriter(files.alphabet, session, runner, path);
  }

  /** @throws the signal's reason. */
  async write(
    request: TextRequest,
    onUpdate: (update: TextUpdate) => void,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#session.reset();
    this.#runner.reset();
    const prompt = this.#codes(request.prompt);
    const integer = new Writer((code) => this.#session.run(this.#oneHot(code)), request, this.#alphabet);
    const float = new Writer((code) => this.#float(code), request, this.#alphabet);
    await integer.read(prompt);
    await float.read(prompt);
    let updated = performance.now();
    for (let count = 0; count < request.characters; count++) {
      signal.throwIfAborted();
      await integer.next();
      await float.next();
      if (performance.now() - updated < UPDATE_MS && count < request.characters - 1) continue;
      onUpdate({
        integer: integer.take(),
        float: float.take(),
        integerMsPerCharacter: integer.msPerCharacter,
        floatMsPerCharacter: float.msPerCharacter,
        recovered: this.#session.takeLoss(),
      });
      // Lets the worker hear of an abort.
      await new Promise((resolve) => setTimeout(resolve));
      updated = performance.now();
    }
  }

  /** What of a prompt the model has no character for is left out. */
  #codes(text: string): number[] {
    const codes = Array.from(text, (character) => this.#alphabet.indexOf(character)).filter(
      (code) => code >= 0,
    );
    return codes.length === 0 ? [this.#alphabet.indexOf('\n')] : codes;
  }

  #oneHot(code: number): Float32Array<ArrayBuffer> {
    const values = new Float32Array(this.#alphabet.length);
    values[code] = 1;
    return values;
  }

  #float(code: number): Promise<ArrayLike<number>> {
    const [logits] = this.#runner.run([{ shape: [1, 1, this.#alphabet.length], data: this.#oneHot(code) }]);
    return Promise.resolve(logits?.data ?? []);
  }
}

/** One of the two texts. */
class Writer {
  readonly #predict: Predict;
  readonly #temperature: number;
  readonly #alphabet: string;
  readonly #random: () => number;
  #logits: ArrayLike<number> = [];
  #text = '';
  #written = 0;
  #elapsedMs = 0;

  constructor(predict: Predict, { temperature, seed }: TextRequest, alphabet: string) {
    this.#predict = predict;
    this.#temperature = temperature;
    this.#alphabet = alphabet;
    this.#random = seededRandom(seed);
  }

  get msPerCharacter(): number {
    return this.#elapsedMs / Math.max(1, this.#written);
  }

  async read(codes: readonly number[]): Promise<void> {
    for (const code of codes) this.#logits = await this.#predict(code);
  }

  async next(): Promise<void> {
    const code = drawCode(this.#logits, this.#temperature, this.#random());
    this.#text += this.#alphabet[code] ?? '';
    const start = performance.now();
    this.#logits = await this.#predict(code);
    this.#elapsedMs += performance.now() - start;
    this.#written += 1;
  }

  /** What was written since the last time. */
  take(): string {
    const text = this.#text;
    this.#text = '';
    return text;
  }
}
