import { encodeNpy } from 'octogate/data';
import type { Graph } from 'octogate/import';
import { FloatRunner } from 'octogate/quantize';
import { drawCode, seededRandom } from '../sampling';
import type { NamedFile } from './named-file';

const SEQUENCES = 6;
const CHARACTERS = 48;
const TEMPERATURE = 0.8;

/** Representative data for the character model: text that it writes itself, one-hot `[6, 48, alphabet]`. */
export function writtenText(graph: Graph, alphabet: string): NamedFile {
  const size = alphabet.length;
  const runner = new FloatRunner(graph);
  const random = seededRandom(1);
  const data = new Float32Array(SEQUENCES * CHARACTERS * size);
  for (let sequence = 0; sequence < SEQUENCES; sequence++) {
    runner.reset();
    let code = alphabet.indexOf('\n');
    for (let position = 0; position < CHARACTERS; position++) {
      const start = (sequence * CHARACTERS + position) * size;
      data[start + code] = 1;
      const [logits] = runner.run([{ shape: [1, 1, size], data: data.slice(start, start + size) }]);
      code = drawCode(logits?.data ?? [], TEMPERATURE, random());
    }
  }
  return {
    name: 'text-it-wrote.npy',
    bytes: encodeNpy({ shape: [SEQUENCES, CHARACTERS, size], data }),
  };
}
