/** Numbers as people read them. */

export function decibels(value: number | null): string {
  return value === null ? '–' : `${value.toFixed(1)} dB`;
}

/** Three significant digits. */
export function significant(value: number): string {
  const text = String(Number(value.toPrecision(3)));
  return text.replace('-', '−');
}

export function bytes(count: number): string {
  if (count < 1024) return `${count} B`;
  return count < 1024 ** 2 ? `${(count / 1024).toFixed(1)} KiB` : `${(count / 1024 ** 2).toFixed(2)} MiB`;
}

export function duration(seconds: number): string {
  if (seconds < 1e-6) return `${significant(seconds * 1e9)} ns`;
  return seconds < 1e-3 ? `${significant(seconds * 1e6)} µs` : `${significant(seconds * 1e3)} ms`;
}

export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** A share of all values, also where it is tiny. */
export function share(part: number, whole: number): string {
  if (part === 0) return 'none';
  return `${significant((100 * part) / whole)} %`;
}

/** Converters make names of hundreds of characters. */
export function shortened(name: string): string {
  return name.length > 40 ? `${name.slice(0, 24)}…${name.slice(-15)}` : name;
}

/** `2^-12` with its exponent raised. */
export function powerOfTwo(log2: number): string {
  return `2${String(log2).replaceAll(/./g, (digit) => SUPERSCRIPTS[digit] ?? digit)}`;
}

const SUPERSCRIPTS: Readonly<Record<string, string>> = {
  '-': '⁻',
  ...Object.fromEntries(Array.from('⁰¹²³⁴⁵⁶⁷⁸⁹', (superscript, digit) => [digit, superscript])),
};
