import type { ImportNote } from '../import-note';
import { stateNote } from '../import-note';
import type { RolledGraph } from './roll-lstm';

/** What became of LSTMs that a file has written out op by op. */
export function rollNotes({ layers, droppedStates }: RolledGraph): ImportNote[] {
  return [
    ...layers.map((layer) => ({
      subject: layer,
      note: 'is written out op by op in the file, and read as one LSTM',
    })),
    ...droppedStates.map(({ input, output }) => stateNote(input, output)),
  ];
}
