/** What the CLI writes to: results on stdout, everything about them on stderr. */

/** Prints one line of results. */
export function print(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** Prints the name of what follows, with a line of space before it. */
export function heading(text: string): void {
  print();
  print(styled('bold', text));
}

/** Prints results for programs. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

const STYLES = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39] } as const;

/** Text in a style, on a terminal that has styles. */
export function styled(style: keyof typeof STYLES, text: string): string {
  if (!hasColors(16)) return text;
  const [on, off] = STYLES[style];
  return `\u001b[${on}m${text}\u001b[${off}m`;
}

/** Whether stdout is a terminal of at least so many colours; Node looks at NO_COLOR, FORCE_COLOR and TERM. */
export function hasColors(count: number): boolean {
  return process.stdout.isTTY && process.stdout.hasColors(count);
}
