import { SAMPLE_RATE } from '../../denoiser/frames';

/** Which of two sounds is heard. */
export type Side = 'before' | 'after';

/** So short that no one hears it, and long enough not to click. */
const FADE_SECONDS = 0.02;

/** Plays two sounds of equal length in step, and lets one of them be heard at a time. */
export class AbPlayer {
  readonly #context: AudioContext;
  readonly #sources: readonly AudioBufferSourceNode[];
  readonly #gains: Readonly<Record<Side, GainNode>>;
  readonly #startedAt: number;
  readonly #offset: number;
  readonly #duration: number;
  #isOver = false;

  /**
   * Starts to play.
   *
   * @param position of the sounds' length, 0 to 1
   * @param onEnd called once the sounds are over, not when they are stopped
   */
  constructor(
    sounds: Readonly<Record<Side, Float32Array<ArrayBuffer>>>,
    side: Side,
    position: number,
    onEnd: () => void,
  ) {
    this.#context = new AudioContext();
    this.#duration = sounds.before.length / SAMPLE_RATE;
    this.#offset = position * this.#duration;
    this.#startedAt = this.#context.currentTime;
    const play = (which: Side): [GainNode, AudioBufferSourceNode] => {
      const gain = new GainNode(this.#context, { gain: which === side ? 1 : 0 });
      const buffer = new AudioBuffer({ length: sounds[which].length, sampleRate: SAMPLE_RATE });
      buffer.copyToChannel(sounds[which], 0);
      const source = new AudioBufferSourceNode(this.#context, { buffer });
      source.connect(gain).connect(this.#context.destination);
      source.start(this.#startedAt, this.#offset);
      return [gain, source];
    };
    const [beforeGain, beforeSource] = play('before');
    const [afterGain, afterSource] = play('after');
    this.#gains = { before: beforeGain, after: afterGain };
    this.#sources = [beforeSource, afterSource];
    afterSource.addEventListener('ended', () => {
      if (!this.#isOver) onEnd();
    });
  }

  /** Of the sounds' length, 0 to 1. */
  get position(): number {
    const seconds = this.#offset + this.#context.currentTime - this.#startedAt;
    return Math.min(1, seconds / this.#duration);
  }

  hear(side: Side): void {
    for (const which of ['before', 'after'] as const) {
      const { gain } = this.#gains[which];
      gain.setTargetAtTime(which === side ? 1 : 0, this.#context.currentTime, FADE_SECONDS / 3);
    }
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    for (const source of this.#sources) source.stop();
    await this.#context.close();
  }
}
