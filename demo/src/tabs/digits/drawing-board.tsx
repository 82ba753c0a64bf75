import { useEffect, useRef, useState } from 'preact/hooks';
import { IMAGE_SIZE } from './strokes';
import type { Point, Stroke } from './strokes';

export interface DrawingBoardProps {
  readonly strokes: readonly Stroke[];
  /** What is shown while there are no strokes: int8 grey levels minus 128, `[28, 28]`. */
  readonly image: Int8Array | null;
  readonly onStrokes: (strokes: readonly Stroke[]) => void;
}

/** Pixels of the canvas's side. */
const SIDE = 336;
/** How far an arrow key moves the pen, in units of the side. */
const KEY_STEP = 0.04;

/**
 * Draws with mouse, finger or keys: arrows move the pen, the space bar lowers and lifts it, Delete clears.
 */
export function DrawingBoard({ strokes, image, onStrokes }: DrawingBoardProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const drawing = useRef<readonly Stroke[]>(strokes);
  drawing.current = strokes;
  const [pen, setPen] = useState<(Point & { readonly isDown: boolean }) | null>(null);

  useEffect(() => {
    const context = canvas.current?.getContext('2d') ?? null;
    if (context !== null) paint(context, strokes, image, pen);
  }, [strokes, image, pen]);

  const add = (point: Point, begins: boolean): void => {
    const before = drawing.current;
    const last = before.at(-1);
    const next =
      begins || last === undefined ? [...before, [point]] : [...before.slice(0, -1), [...last, point]];
    drawing.current = next;
    onStrokes(next);
  };
  const pointOf = (event: PointerEvent): Point => {
    const box = canvas.current?.getBoundingClientRect() ?? new DOMRect(0, 0, 1, 1);
    return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const from = pen ?? { x: 0.5, y: 0.2, isDown: false };
    const next = movedPen(event.key, from);
    if (event.key === 'Delete' || event.key === 'Backspace') onStrokes([]);
    if (next === null) return;
    event.preventDefault();
    setPen(next);
    if (next.isDown) add(next, !from.isDown);
  };

  return (
    <canvas
      ref={canvas}
      class="board"
      width={SIDE}
      height={SIDE}
      tabIndex={0}
      role="application"
      aria-label="Drawing board for a digit. Arrow keys move the pen, the space bar lowers and lifts it, Delete clears."
      onPointerDown={(event) => {
        canvas.current?.setPointerCapture(event.pointerId);
        add(pointOf(event), true);
      }}
      onPointerMove={(event) => {
        if (event.buttons !== 0) add(pointOf(event), false);
      }}
      onKeyDown={onKeyDown}
      onBlur={() => {
        setPen(null);
      }}
    />
  );
}

type Pen = Point & { readonly isDown: boolean };

function movedPen(key: string, { x, y, isDown }: Pen): Pen | null {
  const within = (value: number): number => Math.min(1, Math.max(0, value));
  switch (key) {
    case 'ArrowLeft':
      return { x: within(x - KEY_STEP), y, isDown };
    case 'ArrowRight':
      return { x: within(x + KEY_STEP), y, isDown };
    case 'ArrowUp':
      return { x, y: within(y - KEY_STEP), isDown };
    case 'ArrowDown':
      return { x, y: within(y + KEY_STEP), isDown };
    case ' ':
      return { x, y, isDown: !isDown };
    default:
      return null;
  }
}

function paint(
  context: CanvasRenderingContext2D,
  strokes: readonly Stroke[],
  image: Int8Array | null,
  pen: Pen | null,
): void {
  context.fillStyle = '#000000';
  context.fillRect(0, 0, SIDE, SIDE);
  if (strokes.length === 0 && image !== null) paintImage(context, image);
  context.strokeStyle = '#ffffff';
  context.fillStyle = '#ffffff';
  context.lineWidth = SIDE / 13;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  for (const stroke of strokes) {
    context.beginPath();
    for (const { x, y } of stroke) context.lineTo(x * SIDE, y * SIDE);
    const [first] = stroke;
    if (stroke.length === 1 && first !== undefined) context.lineTo(first.x * SIDE + 0.1, first.y * SIDE);
    context.stroke();
  }
  if (pen === null) return;
  context.fillStyle = pen.isDown ? '#ffa62b' : '#5aa0ff';
  context.beginPath();
  context.arc(pen.x * SIDE, pen.y * SIDE, 6, 0, 2 * Math.PI);
  context.fill();
}

function paintImage(context: CanvasRenderingContext2D, image: Int8Array): void {
  const pixel = SIDE / IMAGE_SIZE;
  image.forEach((value, index) => {
    const grey = value + 128;
    context.fillStyle = `rgb(${grey} ${grey} ${grey})`;
    context.fillRect((index % IMAGE_SIZE) * pixel, Math.floor(index / IMAGE_SIZE) * pixel, pixel, pixel);
  });
}
