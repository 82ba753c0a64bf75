import { at } from '../../errors';
import { hasColors } from '../terminal';

/** Side of an image in pixels. */
export const IMAGE_SIZE = 28;
/** Columns of a drawing: a pixel of it is two by two of the image. */
export const ART_WIDTH = IMAGE_SIZE / 2;

/** The 24 greys of a 256-colour terminal, dark to light. */
const FIRST_GREY = 232;
const GREYS = 24;
/** Ink (0 to 255) from which a pixel is drawn where there are no greys. */
const THRESHOLD = 72;

/**
 * Draws an image in characters of half a line's height, in greys where the terminal has them.
 *
 * @param ink 0 to 255, `[28, 28]` row-major
 */
export function drawDigit(ink: ArrayLike<number>): string[] {
  const inGreys = hasColors(256);
  return Array.from({ length: ART_WIDTH / 2 }, (_, line) => {
    const cells = Array.from({ length: ART_WIDTH }, (_unused, column) => {
      const upper = meanInk(ink, 2 * line, column);
      const lower = meanInk(ink, 2 * line + 1, column);
      return inGreys ? greyCell(upper, lower) : plainCell(upper >= THRESHOLD, lower >= THRESHOLD);
    });
    return inGreys ? `${cells.join('')}\u001b[0m` : cells.join('');
  });
}

/** Mean of two by two pixels. */
function meanInk(ink: ArrayLike<number>, row: number, column: number): number {
  const start = 2 * row * IMAGE_SIZE + 2 * column;
  const sum =
    at(ink, start) + at(ink, start + 1) + at(ink, start + IMAGE_SIZE) + at(ink, start + IMAGE_SIZE + 1);
  return sum / 4;
}

function greyCell(upper: number, lower: number): string {
  const grey = (value: number): number => FIRST_GREY + Math.round((value / 255) * (GREYS - 1));
  return `\u001b[38;5;${grey(upper)};48;5;${grey(lower)}m▀`;
}

function plainCell(upper: boolean, lower: boolean): string {
  if (upper) return lower ? '█' : '▀';
  return lower ? '▄' : ' ';
}
