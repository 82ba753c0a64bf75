/** A point of the drawing, in units of its side. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export type Stroke = readonly Point[];

/** Side of the image that the network reads. */
export const IMAGE_SIZE = 28;
/** The digits that the network learnt fill a box of this side, their centre of mass in the middle. */
const BOX = 20;
/** Ink is drawn this much larger and averaged, for soft edges. */
const OVERSAMPLING = 4;
/** Pixels of the image. */
const PEN_WIDTH = 2.6;

/** The drawing as the network learnt digits: scaled, centred, int8 grey levels minus 128. */
export function imageOf(strokes: readonly Stroke[]): Int8Array {
  const ink = inkOf(strokes);
  return centred(ink);
}

/** Grey levels 0 to 1, `[28, 28]`, the drawing scaled to the box. */
function inkOf(strokes: readonly Stroke[]): Float32Array {
  const ink = new Float32Array(IMAGE_SIZE * IMAGE_SIZE);
  const points = strokes.flat();
  if (points.length === 0) return ink;
  const side = IMAGE_SIZE * OVERSAMPLING;
  const canvas = new OffscreenCanvas(side, side);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('this browser gives no 2d canvas to draw on');
  const [left, right] = [Math.min(...points.map(({ x }) => x)), Math.max(...points.map(({ x }) => x))];
  const [top, bottom] = [Math.min(...points.map(({ y }) => y)), Math.max(...points.map(({ y }) => y))];
  const extent = Math.max(right - left, bottom - top, 0.05);
  const scale = ((BOX - PEN_WIDTH) * OVERSAMPLING) / extent;
  const place = ({ x, y }: Point): readonly [number, number] => [
    side / 2 + (x - (left + right) / 2) * scale,
    side / 2 + (y - (top + bottom) / 2) * scale,
  ];
  context.lineWidth = PEN_WIDTH * OVERSAMPLING;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  for (const stroke of strokes) {
    context.beginPath();
    for (const point of stroke) context.lineTo(...place(point));
    // A single point is a dot.
    const [first] = stroke;
    if (stroke.length === 1 && first !== undefined)
      context.lineTo(...place({ x: first.x + 1e-3, y: first.y }));
    context.stroke();
  }
  const { data } = context.getImageData(0, 0, side, side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const pixel = Math.floor(y / OVERSAMPLING) * IMAGE_SIZE + Math.floor(x / OVERSAMPLING);
      ink[pixel] = (ink[pixel] ?? 0) + (data[(y * side + x) * 4 + 3] ?? 0) / 255 / OVERSAMPLING ** 2;
    }
  }
  return ink;
}

/** Moves the centre of mass to the middle, by whole pixels. */
function centred(ink: Float32Array): Int8Array {
  let [mass, massX, massY] = [0, 0, 0];
  ink.forEach((value, index) => {
    mass += value;
    massX += value * (index % IMAGE_SIZE);
    massY += value * Math.floor(index / IMAGE_SIZE);
  });
  const middle = (IMAGE_SIZE - 1) / 2;
  const shiftX = mass === 0 ? 0 : Math.round(middle - massX / mass);
  const shiftY = mass === 0 ? 0 : Math.round(middle - massY / mass);
  return Int8Array.from({ length: IMAGE_SIZE * IMAGE_SIZE }, (_, index) => {
    const x = (index % IMAGE_SIZE) - shiftX;
    const y = Math.floor(index / IMAGE_SIZE) - shiftY;
    const isInside = x >= 0 && x < IMAGE_SIZE && y >= 0 && y < IMAGE_SIZE;
    const value = isInside ? (ink[y * IMAGE_SIZE + x] ?? 0) : 0;
    return Math.round(value * 255) - 128;
  });
}
