/** A Markdown table, its columns padded as Prettier pads them. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) =>
    Math.max(3, ...[head, ...rows].map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** A share as `98.80 %`. */
export function percentage(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}

/**
 * Replaces what stands between `<!-- NAME: generated -->` and `<!-- NAME: end -->`.
 *
 * @throws Error if the markers are missing.
 */
export function replaceSection(document: string, name: string, content: string): string {
  const begin = `<!-- ${name}: generated -->`;
  const end = `<!-- ${name}: end -->`;
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the document lacks the markers "${begin}" and "${end}"`);
  return `${document.slice(0, from + begin.length)}\n\n${content}\n\n${document.slice(to)}`;
}
