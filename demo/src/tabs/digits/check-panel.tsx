import { useState } from 'preact/hooks';
import { useMessageOf } from '../../ui/use-message-of';
import type { DigitCheck } from '../../worker/digits';

export interface CheckPanelProps {
  readonly isReference: boolean;
  readonly canCheck: boolean;
  readonly check: (faulty: boolean) => Promise<DigitCheck>;
}

/** Compares every stage with the reference, on sound or on faulty kernels. */
export function CheckPanel({ isReference, canCheck, check }: CheckPanelProps) {
  const [faulty, setFaulty] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [result, setResult] = useState<DigitCheck | null>(null);
  const [message, attempt] = useMessageOf();
  const compare = async (): Promise<void> => {
    setBusy(true);
    setResult(null);
    await attempt(async () => {
      setResult(await check(faulty));
    });
    setBusy(false);
  };
  if (isReference)
    return <p class="check">This is the reference: there is nothing to compare it with here.</p>;
  return (
    <div class="check">
      <button type="button" disabled={isBusy || !canCheck} onClick={() => void compare()}>
        Compare with reference
      </button>
      <label>
        <input
          type="checkbox"
          checked={faulty}
          onChange={(event) => {
            setFaulty(event.currentTarget.checked);
            setResult(null);
          }}
        />
        with a fault in the kernels: exp(-1) one unit of 2<sup>-15</sup> too large
      </label>
      <p role="status" data-testid="check">
        {isBusy && 'Compiling kernels that show their stages, and repeating each step on the CPU…'}
        {result?.mismatch === null &&
          `0 of ${result.compared.toLocaleString('en')} values differ from the reference.`}
        {typeof result?.mismatch === 'string' && (
          <>
            Mismatch: <code>{result.mismatch}</code>
          </>
        )}
        {message?.text}
      </p>
    </div>
  );
}
