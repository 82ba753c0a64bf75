import type { Site } from '../sites';

/**
 * Sees values of a float run as they arise: each graph input and each op's output once per call, an LSTM's gate
 * inputs, cell state, hidden values and gate pre-activations once per timestep. The array is reused; copy what must be kept. The run goes on
 * with what an observer leaves in it, which is how values are put on an integer grid.
 */
export type FloatObserver = (site: Site, values: Float32Array) => void;
