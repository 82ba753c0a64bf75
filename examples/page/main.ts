import { Octogate } from 'octogate';
import { alphabet } from '../../models/characters.json';
import modelUrl from '../../models/characters.tflite?url';

const CHARACTERS = 120;

const form = document.querySelector('form');
const input = document.querySelector('input');
const button = document.querySelector('button');
const output = document.querySelector('output');
if (form === null || input === null || button === null || output === null) {
  throw new Error('the page lacks its elements');
}

try {
  const model = await Octogate.load(await (await fetch(modelUrl)).arrayBuffer());
  const session = model.createSession();

  /** Reads one character, after all those before it, and tells the likeliest one to follow. */
  const next = async (character: string): Promise<string> => {
    const oneHot = new Float32Array(alphabet.length);
    oneHot[alphabet.indexOf(character)] = 1;
    const logits = await session.run(oneHot);
    return alphabet.charAt(logits.indexOf(Math.max(...logits)));
  };

  const write = async (prompt: string): Promise<void> => {
    session.reset();
    let character = '';
    for (const given of prompt) character = await next(given);
    output.value = prompt;
    for (let count = 0; count < CHARACTERS; count++) {
      output.value += character;
      character = await next(character);
    }
  };

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    button.disabled = true;
    write(input.value)
      .catch(show)
      .finally(() => {
        button.disabled = false;
      });
  });
  button.disabled = false;
} catch (error) {
  show(error);
}

/** Octogate's messages say what to do: without WebGPU, for one, that `backend: 'reference'` is there to be chosen. */
function show(error: unknown): void {
  if (output !== null) output.value = String(error);
}
