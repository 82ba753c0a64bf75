import { useState } from 'react';
import modelUrl from '../../models/digits.tflite?url';
import { useOctogate, useOutput, useSession } from './use-octogate';

const SIDE = 28;

/** Made once: an input with another identity is another input. */
const DRAWINGS = { one: stroke(14, 14), slash: stroke(20, 8) } as const;
type DrawingName = keyof typeof DRAWINGS;

export function App() {
  const [isShown, setShown] = useState(true);
  return (
    <>
      <button
        onClick={() => {
          setShown(!isShown);
        }}
      >
        {isShown ? 'Unmount' : 'Mount'}
      </button>
      {isShown && <Digit />}
    </>
  );
}

function Digit() {
  const [drawing, setDrawing] = useState<DrawingName>('one');
  const model = useOctogate(modelUrl);
  const session = useSession(model.state === 'done' ? model.value : null);
  const output = useOutput(session, DRAWINGS[drawing]);

  if (model.state === 'failed') return <p role="alert">{String(model.error)}</p>;
  if (output.state === 'failed') return <p role="alert">{String(output.error)}</p>;
  return (
    <p>
      <select
        aria-label="Drawing"
        value={drawing}
        onChange={(event) => {
          setDrawing(event.target.value === 'one' ? 'one' : 'slash');
        }}
      >
        {Object.keys(DRAWINGS).map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>{' '}
      is read as <output>{output.state === 'done' ? likeliestDigit(output.value) : '…'}</output>
    </p>
  );
}

/** int8 `[1, 28, 10]`, what the model believes after every row: the last row's counts. */
function likeliestDigit(beliefs: Int8Array): number {
  const last = beliefs.subarray(-10);
  return last.indexOf(Math.max(...last));
}

/** A straight stroke from top to bottom: int8 `[1, 28, 28]`, grey level minus 128. */
function stroke(top: number, bottom: number): Int8Array {
  const grey = new Int8Array(SIDE * SIDE).fill(-128);
  for (let row = 4; row < 24; row++) {
    const x = Math.round(top + ((bottom - top) * (row - 4)) / 19);
    grey.fill(127, row * SIDE + x - 1, row * SIDE + x + 1);
  }
  return grey;
}
