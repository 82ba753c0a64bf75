/** Name of an enum's value as the format has it; a value that the format did not have when this was written, by number. */
export function enumName(names: Readonly<Record<string, number | string>>, value: number): string {
  const entry = Object.entries(names).find(([, known]) => known === value);
  return entry === undefined ? `number ${value}` : entry[0];
}
