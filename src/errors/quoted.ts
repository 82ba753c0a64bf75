const LONGEST_SHOWN = 80;

/** A name from a file as messages show it: in quotes, on one line, and not longer than a reader wants it. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > LONGEST_SHOWN ? `${name.slice(0, LONGEST_SHOWN)}…` : name);
}
