/** Something that a graph does otherwise than its file, though the results are the same. */
export interface ImportNote {
  /** What it is about: `input "h0" and output "hn"`. */
  readonly subject: string;
  /** What is otherwise, and why. */
  readonly note: string;
}

/** An input and an output of a model that carry state, which a session keeps instead. */
export function stateNote(input: string, output: string): ImportNote {
  return {
    subject: `input ${JSON.stringify(input)} and output ${JSON.stringify(output)}`,
    note: 'they are the state of a session, which keeps it from call to call; see saveState and loadState',
  };
}
