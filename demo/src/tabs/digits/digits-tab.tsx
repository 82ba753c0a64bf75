import { transfer } from 'comlink';
import { useEffect, useState } from 'preact/hooks';
import { fetchBytes } from '../../engine/page-files';
import { Problem } from '../../ui/problem';
import { useMessageOf } from '../../ui/use-message-of';
import type { DigitRun } from '../../worker/digits';
import type { TabProps } from '../tab-props';
import { BeliefBars } from './belief-bars';
import { CheckPanel } from './check-panel';
import { DrawingBoard } from './drawing-board';
import { StageMaps } from './stage-maps';
import { IMAGE_SIZE, imageOf } from './strokes';
import type { Stroke } from './strokes';
import { useLatest } from './use-latest';

const PIXELS = IMAGE_SIZE * IMAGE_SIZE;
const BLANK = new Int8Array(PIXELS).fill(-128);
const CLASSES = 10;
/** Bytes before the elements of a version 1 `.npy` of ours. */
const NPY_HEADER_BYTES = 128;

export function DigitsTab({ engine, status }: TabProps) {
  const [strokes, setStrokes] = useState<readonly Stroke[]>([]);
  const [image, setImage] = useState<Int8Array | null>(null);
  const [run, setRun] = useState<DigitRun | null>(null);
  const [samples, setSamples] = useState<readonly Int8Array[]>([]);
  const [message, attempt] = useMessageOf();
  // Clearing waits its turn too, or an image still being read would show its digit on the empty board.
  const classify = useLatest(async (pixels: Int8Array | null) => {
    await attempt(async () => {
      setRun(pixels === null ? null : await engine.classifyDigit(pixels));
    });
  });

  const show = (pixels: Int8Array | null): void => {
    setImage(pixels);
    classify(pixels);
  };
  const draw = (next: readonly Stroke[]): void => {
    setStrokes(next);
    show(next.length === 0 ? null : imageOf(next));
  };

  useEffect(() => {
    void attempt(async () => {
      const file = await fetchBytes('digits-samples.npy');
      setSamples(
        Array.from(
          { length: CLASSES },
          (_, digit) => new Int8Array(file, NPY_HEADER_BYTES + digit * PIXELS, PIXELS),
        ),
      );
    });
  }, []);

  const beliefs = run?.beliefs.subarray(-CLASSES) ?? new Float32Array(CLASSES);
  const best = run === null ? null : beliefs.indexOf(Math.max(...beliefs));
  return (
    <div class="digits">
      <div class="input">
        <h2>Draw a digit</h2>
        <DrawingBoard strokes={strokes} image={image} onStrokes={draw} />
        <div class="row">
          <button
            type="button"
            onClick={() => {
              draw([]);
            }}
          >
            Clear
          </button>
          <span class="samples" role="group" aria-label="Handwritten samples that training never saw">
            {Array.from({ length: CLASSES }, (_, digit) => (
              <button
                key={digit}
                type="button"
                aria-label={`sample ${digit}`}
                disabled={samples[digit] === undefined}
                onClick={() => {
                  setStrokes([]);
                  show(samples[digit] ?? null);
                }}
              >
                {digit}
              </button>
            ))}
          </span>
        </div>
        <ImagePreview pixels={image ?? BLANK} />
      </div>
      <div class="result">
        <h2>
          The network sees{' '}
          <output class="seen" data-testid="digit">
            {best ?? '…'}
          </output>
        </h2>
        <BeliefBars beliefs={beliefs} />
        <p class="figures" data-testid="figures">
          {run === null
            ? '28 rows of 28 pixels, one timestep each, through an LSTM of 96 units.'
            : `${(run.stepMs * 1000).toFixed(0)} µs per timestep · ${run.path}`}
        </p>
        <Problem message={message} />
        <CheckPanel
          isReference={status.backend === 'reference'}
          canCheck={image !== null}
          check={async (faulty) => {
            const pixels = (image ?? new Int8Array(PIXELS)).slice();
            return engine.checkDigit(transfer(pixels, [pixels.buffer]), faulty);
          }}
        />
      </div>
      <div class="inside">
        <h2>Inside the LSTM</h2>
        <p>
          What the kernels computed, read through the trace: every column is a timestep, that is a row of the
          image, every line a unit.
        </p>
        {run === null ? <p class="waiting">Draw something.</p> : <StageMaps trace={run.trace} />}
      </div>
    </div>
  );
}

function ImagePreview({ pixels }: { readonly pixels: Int8Array }) {
  return (
    <p class="preview">
      <canvas
        width={IMAGE_SIZE}
        height={IMAGE_SIZE}
        aria-hidden="true"
        ref={(canvas) => {
          const context = canvas?.getContext('2d') ?? null;
          if (context === null) return;
          const picture = context.createImageData(IMAGE_SIZE, IMAGE_SIZE);
          pixels.forEach((value, index) => {
            picture.data.set([value + 128, value + 128, value + 128, 255], index * 4);
          });
          context.putImageData(picture, 0, 0);
        }}
      />
      <span>What the network reads, 28 × 28 pixels, from the top row down.</span>
    </p>
  );
}
