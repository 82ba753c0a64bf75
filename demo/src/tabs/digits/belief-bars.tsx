/** How much the network believes in each digit. */
export function BeliefBars({ beliefs }: { readonly beliefs: ArrayLike<number> }) {
  const values = Array.from(beliefs);
  const largest = Math.max(...values);
  return (
    <ol class="beliefs" aria-label="Belief in each digit">
      {values.map((belief, digit) => (
        <li key={digit} class={belief === largest ? 'best' : ''}>
          <span>{digit}</span>
          <meter min={0} max={1} value={belief} aria-label={`digit ${digit}`} />
          <output>{Math.round(belief * 100)} %</output>
        </li>
      ))}
    </ol>
  );
}
