/** Name of an enum's value as the format has it; a value that the format did not have when this was written, by number. */
export function enumName(names: Readonly<Record<number, string | undefined>>, value: number): string {
  return names[value] ?? `number ${value}`;
}
