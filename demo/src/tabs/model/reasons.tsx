import type { ModelSheet } from '../../worker/model/sheet';
import { counted } from './words';

/** Everything that stands in the way, all at once, by name. */
export function Reasons({ sheet }: { readonly sheet: ModelSheet }) {
  const { verdict, reasons, quantization, notes } = sheet;
  const refusals = [...(verdict === 'runs' ? [] : reasons), ...(quantization?.refused ?? [])];
  const staysFloat = quantization?.staysFloat ?? [];
  return (
    <>
      {refusals.length > 0 && (
        <div class={verdict === 'refused' ? 'reasons refused' : 'reasons'} data-testid="reasons">
          <h3>
            {verdict === 'refused'
              ? `${counted(refusals.length, 'thing')} that cannot run`
              : 'Why it does not run yet'}
          </h3>
          <ul>
            {refusals.map(({ subject, reason }) => (
              <li key={`${subject} ${reason}`}>
                <strong>{subject}</strong> {reason}
              </li>
            ))}
          </ul>
          {verdict === 'quantize' && <p>Or do it right here, below.</p>}
        </div>
      )}
      {verdict !== 'refused' && staysFloat.length > 0 && (
        <p class="note">
          {verdict === 'runs' ? 'Computed in float32, as islands among integers: ' : 'Stays in float32: '}
          {staysFloat.join(', ')}.
        </p>
      )}
      {notes.length > 0 && (
        <details>
          <summary>
            {counted(notes.length, 'thing')} read otherwise than written, with the same results
          </summary>
          <ul>
            {notes.map(({ subject, note }) => (
              <li key={`${subject} ${note}`}>
                <strong>{subject}</strong> {note}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
