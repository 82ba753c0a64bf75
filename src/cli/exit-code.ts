/** What the process ends with; 0 if all is well. */
export const ExitCode = {
  /** Values differ from what they should be. */
  mismatch: 1,
  /** Bad use or bad input; one line on stderr says what. */
  badInput: 2,
  /** A defect of Octogate; a stack on stderr says where. */
  defect: 70,
} as const;
