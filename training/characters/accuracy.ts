import { at, QuantizationError } from '../../src/errors';
import { Model } from '../../src/index';
import type { Graph } from '../../src/model';
import { createNodeGpu } from '../../src/node';
import { FloatRunner, leastSquaresObserver, minMaxObserver, quantize } from '../../src/quantize';
import type { ObserverKind, QuantizeOptions } from '../../src/quantize';
import { percentage, table } from '../markdown';
import { CALIBRATION_SEQUENCES, calibrationSamples } from './calibration';
import { loadCorpus } from './corpus';
import { characterModel, oneHot } from './model';

/** Characters per call; state carries over between calls. */
const CHUNK = 512;
/** Held-out blocks that the curve of calibration sizes is measured on. */
const CURVE_BLOCKS = 2;

/** Logits of a chunk, `[rows, length, characters]`, from its codes. */
type Predict = (rows: readonly Uint8Array[]) => Promise<ArrayLike<number>>;

/** Bits per held-out character of float and integer, as Markdown. */
export async function charactersReport(): Promise<string> {
  const gpu = await createNodeGpu();
  const { graph, alphabet } = characterModel();
  const { train, heldOut } = loadCorpus(alphabet);
  const float = await bitsPerCharacter(floatPredictor(graph, alphabet.length), heldOut, alphabet.length);
  const samples = calibrationSamples(train, CALIBRATION_SEQUENCES, alphabet.length);
  const row = async (name: string, observer: ObserverKind, options: QuantizeOptions): Promise<string[]> => {
    const integer = await quantize(graph, samples, { ...options, observer });
    const bits = await integerBits(gpu, integer.graph, heldOut, alphabet.length);
    return [name, observer.name, bits.toFixed(4), signedPercentage(bits / float - 1)];
  };
  const rows = [
    ['float32', '', float.toFixed(4), ''],
    await row('int8, plain recipe', minMaxObserver, { recipe: 'plain' }),
    await row('int8, plain recipe', leastSquaresObserver, { recipe: 'plain' }),
    await row('int8, best recipe', minMaxObserver, { recipe: 'best' }),
  ];
  return table(['arithmetic', 'ranges', 'bits per character', 'against float'], rows);
}

/** What is lost after calibration on so many sequences. */
export interface CurvePoint {
  readonly observer: string;
  readonly sequences: number;
  /** Bits per character against float, as a share; or what quantization refused, by name. */
  readonly loss: number | string;
}

const CURVE_SEQUENCES = [1, 2, 5, 10, 20, 50, 100] as const;

/** How many calibration sequences are enough, on two of the held-out blocks. */
export async function charactersCurve(): Promise<CurvePoint[]> {
  const gpu = await createNodeGpu();
  const { graph, alphabet } = characterModel();
  const { train, heldOut } = loadCorpus(alphabet);
  const blocks = heldOut.slice(0, CURVE_BLOCKS);
  const float = await bitsPerCharacter(floatPredictor(graph, alphabet.length), blocks, alphabet.length);
  const lossAfter = async (sequences: number, observer: ObserverKind): Promise<number | string> => {
    const samples = calibrationSamples(train, sequences, alphabet.length);
    try {
      const integer = await quantize(graph, samples, { observer });
      return (await integerBits(gpu, integer.graph, blocks, alphabet.length)) / float - 1;
    } catch (error) {
      if (error instanceof QuantizationError) return error.subject;
      throw error;
    }
  };
  const points: CurvePoint[] = [];
  for (const sequences of CURVE_SEQUENCES) {
    for (const observer of [minMaxObserver, leastSquaresObserver]) {
      points.push({ observer: observer.name, sequences, loss: await lossAfter(sequences, observer) });
    }
  }
  return points;
}

function floatPredictor(graph: Graph, characters: number): Predict {
  const runner = new FloatRunner(graph);
  return (rows) => Promise.resolve(at(runner.run([oneHot(rows, characters)]), 0).data);
}

async function integerBits(
  gpu: GPU,
  integer: Graph,
  blocks: readonly Uint8Array[],
  characters: number,
): Promise<number> {
  const model = await Model.fromGraph(integer, { gpu });
  const session = model.createSession({ batch: blocks.length });
  const bits = await bitsPerCharacter(
    (rows) => session.run(oneHot(rows, characters).data),
    blocks,
    characters,
  );
  model.dispose();
  return bits;
}

/** Mean over all characters but the first of each block; each block starts from reset. */
async function bitsPerCharacter(
  predict: Predict,
  blocks: readonly Uint8Array[],
  characters: number,
): Promise<number> {
  const { length } = at(blocks, 0);
  let bits = 0;
  for (let begin = 0; begin < length - 1; begin += CHUNK) {
    const end = Math.min(begin + CHUNK, length - 1);
    const logits = await predict(blocks.map((block) => block.subarray(begin, end)));
    for (const [row, block] of blocks.entries()) {
      for (let position = begin; position < end; position++) {
        const offset = (row * (end - begin) + position - begin) * characters;
        bits += surprise(logits, offset, characters, at(block, position + 1));
      }
    }
  }
  return bits / (blocks.length * (length - 1));
}

/** `-log2 softmax(logits)[code]` */
function surprise(logits: ArrayLike<number>, offset: number, characters: number, code: number): number {
  let largest = -Infinity;
  for (let i = 0; i < characters; i++) largest = Math.max(largest, at(logits, offset + i));
  let sum = 0;
  for (let i = 0; i < characters; i++) sum += Math.exp(at(logits, offset + i) - largest);
  return (Math.log(sum) + largest - at(logits, offset + code)) / Math.LN2;
}

function signedPercentage(share: number): string {
  return `${share < 0 ? '' : '+'}${percentage(share)}`;
}
