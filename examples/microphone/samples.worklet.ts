// TypeScript's DOM library does not have the worklet's scope.
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;

/** Sends what it hears to the page, in pieces of 128 samples; the audio thread does nothing else and never waits. */
class Samples extends AudioWorkletProcessor {
  process([input]: Float32Array[][]): boolean {
    const samples = input?.[0]?.slice();
    if (samples !== undefined) this.port.postMessage(samples, [samples.buffer]);
    return true;
  }
}

registerProcessor('samples', Samples);
