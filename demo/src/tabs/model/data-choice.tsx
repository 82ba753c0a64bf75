import type { ComponentChildren } from 'preact';
import type { ArraySheet } from '../../worker/model/model-bench';
import { shapeOf } from './words';

export interface DataChoiceProps {
  readonly name: string;
  readonly legend: string;
  readonly arrays: readonly ArraySheet[];
  readonly isRandom: boolean;
  readonly onRandom: (isRandom: boolean) => void;
  /** What random data is worth here. */
  readonly warning: string;
  /** Fields of random data. */
  readonly children: ComponentChildren;
}

/** The visitor's arrays, or values drawn by chance. */
export function DataChoice(props: DataChoiceProps) {
  const { name, legend, arrays, isRandom, onRandom, warning, children } = props;
  return (
    <fieldset>
      <legend>{legend}</legend>
      <label class="choice">
        <input
          type="radio"
          name={name}
          disabled={arrays.length === 0}
          checked={!isRandom}
          onChange={() => {
            onRandom(false);
          }}
        />
        <span>
          Your arrays
          <small data-testid={`${name}-arrays`}>
            {arrays.length === 0
              ? 'none yet: drop .npy or .npz files above'
              : arrays.map(({ label, dtype, shape }) => `${label}: ${dtype} ${shapeOf(shape)}`).join('; ')}
          </small>
        </span>
      </label>
      <label class="choice">
        <input
          type="radio"
          name={name}
          checked={isRandom}
          onChange={() => {
            onRandom(true);
          }}
        />
        <span>
          Random values
          <small>{warning}</small>
        </span>
      </label>
      {isRandom && <div class="numbers">{children}</div>}
    </fieldset>
  );
}
