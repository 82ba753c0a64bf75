const STOPS = [
  [
    'See what it is',
    'The graph with shapes, types and scales; each LSTM layer with its variant: layer norm, projection, peephole, coupled gates. What cannot run is named, all of it at once.',
  ],
  [
    'Make it integers',
    'A float model is quantized here, in a worker, on your data or on random values. The report says what that cost, tensor by tensor; the .tflite is yours.',
  ],
  [
    'Run and prove it',
    'On this device’s GPU, with the time per timestep. Every stage of every timestep can be held to the CPU reference, to the bit, and looked at.',
  ],
] as const;

/** What a visitor can do here, while no model is open. */
export function Tour() {
  return (
    <ol class="tour">
      {STOPS.map(([title, text]) => (
        <li key={title}>
          <h2>{title}</h2>
          <p>{text}</p>
        </li>
      ))}
    </ol>
  );
}
