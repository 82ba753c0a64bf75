import type { Random } from '../../src/conformance/random';
import { at } from '../../src/errors';
import { addAt, SAMPLE_RATE } from './signal';

/** Noise of a kind, of that many samples; its level is the caller's to set. */
export type Noise = (random: Random, length: number) => Float32Array;

/** All frequencies alike. */
export const whiteNoise: Noise = (random, length) => Float32Array.from({ length }, () => gaussian(random));

/** Falling 3 dB an octave: white noise through low-passes that are an octave apart, of equal power. */
export const pinkNoise: Noise = (random, length) => {
  const sum = new Float32Array(length);
  for (let cutoff = 7000; cutoff > 20; cutoff /= 2) {
    // A one-pole low-pass passes a power that grows with its cutoff.
    addScaled(sum, lowPass(whiteNoise(random, length), cutoff), Math.sqrt(SAMPLE_RATE / cutoff));
  }
  return sum;
};

/** Short ringing knocks at random moments, of very different loudness: keys, dishes, doors. */
export const clickNoise: Noise = (random, length) => {
  const sum = new Float32Array(length);
  let moment = 0;
  for (;;) {
    moment += Math.floor(SAMPLE_RATE * random.logReal(0.04, 0.8));
    if (moment >= length) return sum;
    addAt(sum, knock(random), moment);
  }
};

/** The tone of blades with its harmonics, wandering a little, in a stream of air. */
export const fanNoise: Noise = (random, length) => {
  const bladeHz = 60 + 120 * random.real();
  const wanderHz = 0.1 + 0.5 * random.real();
  const air = lowPass(lowPass(whiteNoise(random, length), 900), 900);
  const levels = Array.from({ length: 8 }, (_, harmonic) => random.real() / (harmonic + 1));
  let phase = 0;
  return air.map((sample, index) => {
    const wander = 1 + 0.01 * Math.sin((2 * Math.PI * wanderHz * index) / SAMPLE_RATE);
    phase += (2 * Math.PI * bladeHz * wander) / SAMPLE_RATE;
    const tone = levels.reduce((sum, level, harmonic) => sum + level * Math.sin((harmonic + 1) * phase), 0);
    return sample + 0.15 * tone;
  });
};

/** A far road's rumble, and vehicles that pass: broad noise swelling and fading over a second or two. */
export const trafficNoise: Noise = (random, length) => {
  const sum = lowPass(lowPass(whiteNoise(random, length), 150), 400).map((sample) => 6 * sample);
  for (let centre = -random.real(); centre < length / SAMPLE_RATE + 1; centre += 1 + 4 * random.real()) {
    const [loudness, seconds] = [random.logReal(0.2, 1.5), random.logReal(0.4, 1.5)];
    const tyres = lowPass(whiteNoise(random, length), random.logReal(500, 2500));
    const swell = tyres.map(
      (sample, index) => sample * Math.exp(-(((index / SAMPLE_RATE - centre) / seconds) ** 2)),
    );
    addScaled(sum, swell, loudness);
  }
  return sum;
};

/** A standard normal value (Box and Muller). */
function gaussian(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.real())) * Math.cos(2 * Math.PI * random.real());
}

/** One pole; -3 dB near the cutoff. */
function lowPass(signal: Float32Array, cutoffHz: number): Float32Array {
  const keep = Math.exp((-2 * Math.PI * cutoffHz) / SAMPLE_RATE);
  let level = 0;
  return signal.map((sample) => (level = keep * level + (1 - keep) * sample));
}

function knock(random: Random): Float32Array {
  const [pitchHz, seconds, loudness] = [
    random.logReal(300, 5000),
    random.logReal(0.002, 0.03),
    random.logReal(0.1, 1),
  ];
  return Float32Array.from({ length: Math.ceil(5 * seconds * SAMPLE_RATE) }, (_, index) => {
    const time = index / SAMPLE_RATE;
    const ring = Math.sin(2 * Math.PI * pitchHz * time) + 0.5 * gaussian(random);
    return loudness * Math.exp(-time / seconds) * ring;
  });
}

function addScaled(target: Float32Array, part: Float32Array, factor: number): void {
  for (const [index, sample] of part.entries()) target[index] = at(target, index) + factor * sample;
}
