/** Twin of `lstm_resident.wgsl`, which computes what `lstm_sequence.wgsl` does; only where it keeps the weights differs. */
export { lstmSequence as lstmResident } from './lstm_sequence';
