import { proxy } from 'comlink';
import { useEffect, useState } from 'preact/hooks';
import { LoseDevice } from '../../ui/lose-device';
import { Problem } from '../../ui/problem';
import { useMessageOf } from '../../ui/use-message-of';
import type { TextUpdate } from '../../worker/text';
import type { TabProps } from '../tab-props';

const CHARACTERS = 400;
const LAST_SEED = 9999;

interface Written {
  readonly integer: string;
  readonly float: string;
}

const NOTHING: Written = { integer: '', float: '' };

export function TextTab({ engine, status }: TabProps) {
  const [prompt, setPrompt] = useState('And God said, ');
  const [temperature, setTemperature] = useState(0.6);
  const [seed, setSeed] = useState(1);
  const [written, setWritten] = useState<Written>(NOTHING);
  const [latest, setLatest] = useState<TextUpdate | null>(null);
  const [isWriting, setWriting] = useState(false);
  const [wasLost, setLost] = useState(false);
  const [path, setPath] = useState('');
  const [message, attempt] = useMessageOf();

  useEffect(
    () => () => {
      void engine.stopWriting();
    },
    [],
  );

  const write = async (): Promise<void> => {
    setWriting(true);
    setWritten(NOTHING);
    setLost(false);
    await attempt(async () => {
      setPath(await engine.textPath());
      const onUpdate = (update: TextUpdate): void => {
        setLatest(update);
        setWritten(({ integer, float }) => ({
          integer: integer + update.integer,
          float: float + update.float,
        }));
        if (update.recovered) setLost(true);
      };
      await engine.write({ prompt, characters: CHARACTERS, temperature, seed }, proxy(onUpdate));
    });
    setWriting(false);
  };

  const shown = isWriting
    ? { integer: wholeWords(written.integer), float: wholeWords(written.float) }
    : written;
  const parted = partingOf(shown.integer, shown.float);
  return (
    <div class="text">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void write();
        }}
      >
        <label>
          Prompt
          <input
            type="text"
            value={prompt}
            onInput={(event) => {
              setPrompt(event.currentTarget.value);
            }}
          />
        </label>
        <label>
          Temperature <output>{temperature.toFixed(2)}</output>
          <input
            type="range"
            min="0"
            max="1.2"
            step="0.05"
            value={temperature}
            onInput={(event) => {
              setTemperature(Number(event.currentTarget.value));
            }}
          />
        </label>
        <label>
          Seed
          <input
            type="number"
            min="0"
            max={LAST_SEED}
            value={seed}
            onInput={(event) => {
              setSeed(Number(event.currentTarget.value));
            }}
          />
        </label>
        <div class="row">
          <button type="submit" disabled={isWriting}>
            Write
          </button>
          <button type="button" disabled={!isWriting} onClick={() => void engine.stopWriting()}>
            Stop
          </button>
          <progress
            max={CHARACTERS}
            value={written.integer.length}
            aria-label="characters written"
            class={isWriting ? '' : 'idle'}
          />
          <p class="slot notice" role="status" data-testid="lost">
            {wasLost && 'The GPU device was lost and replaced; the text went on from its last state.'}
          </p>
        </div>
      </form>
      <Problem message={message} />
      <div class="columns">
        <TextColumn
          title={status.backend === 'webgpu' ? 'Integers, on WebGPU' : 'Integers, on the CPU reference'}
          prompt={prompt}
          text={shown.integer}
          parted={parted}
          speed={latest?.integerMsPerCharacter ?? null}
          note={path}
          testId="integer"
        />
        <TextColumn
          title="float32, on the CPU"
          prompt={prompt}
          text={shown.float}
          parted={parted}
          speed={latest?.floatMsPerCharacter ?? null}
          note="the model that the integers were made from"
          testId="float"
        />
      </div>
      <p class="figures">
        Both draw from the same random numbers. Their texts part where two characters were about equally
        likely; from there on each goes its own way. On the held-out text, the integers cost 0.15 % more bits
        per character than float32.
      </p>
      <LoseDevice engine={engine} status={status} what="the text" />
    </div>
  );
}

interface TextColumnProps {
  readonly title: string;
  readonly prompt: string;
  readonly text: string;
  /** Characters before the first that differs. */
  readonly parted: number;
  readonly speed: number | null;
  readonly note: string;
  readonly testId: string;
}

function TextColumn({ title, prompt, text, parted, speed, note, testId }: TextColumnProps) {
  return (
    <article>
      <h2>{title}</h2>
      <p class="figures">{speed === null ? '…' : `${(1000 / speed).toFixed(0)} characters per second`}</p>
      <p class="written" data-testid={testId} tabIndex={0} role="group" aria-label={title}>
        <span class="prompt">{prompt}</span>
        {text.slice(0, parted)}
        <mark>{text.slice(parted)}</mark>
      </p>
      <p class="note">{note}</p>
    </article>
  );
}

/** Where two texts part: what one of them has not written yet does not differ. */
function partingOf(left: string, right: string): number {
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    if (left[index] !== right[index]) return index;
  }
  return Infinity;
}

/** Without the word under way, which might have to move to the next line. */
function wholeWords(text: string): string {
  return text.slice(0, text.search(/\S*$/));
}
