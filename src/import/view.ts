import { at } from '../errors';
import { elementCount } from '../model/shapes';
import type { TensorId } from '../model';

/**
 * A value of the file as an arrangement of a tensor of the graph: its dimension i is the tensor's dimension `axes[i]`, or
 * a dimension of 1 that the tensor does not have (null). Dimensions of the tensor that are not named have the size 1.
 *
 * Exporters surround each layer with transposes between their framework's layout and that of ONNX. As views these cancel
 * out, so that the graph holds only those moves that something needs.
 */
export interface View {
  readonly source: TensorId;
  /** Dimensions of the source. */
  readonly sourceShape: readonly number[];
  readonly axes: readonly (number | null)[];
}

export function wholeTensor(source: TensorId, sourceShape: readonly number[]): View {
  return { source, sourceShape, axes: [...sourceShape.keys()] };
}

export function viewShape({ sourceShape, axes }: View): number[] {
  return axes.map((axis) => (axis === null ? 1 : at(sourceShape, axis)));
}

/** Whether the value is the tensor as it stands. */
export function isWhole({ sourceShape, axes }: View): boolean {
  return axes.length === sourceShape.length && axes.every((axis, index) => axis === index);
}

/** Dimension i of the result is dimension `permutation[i]`. */
export function transposedView(view: View, permutation: readonly number[]): View {
  return { ...view, axes: permutation.map((axis) => at(view.axes, axis)) };
}

/** Without some dimensions, all of which are 1. */
export function squeezedView(view: View, removed: readonly number[]): View {
  return { ...view, axes: view.axes.filter((_, axis) => !removed.includes(axis)) };
}

/** With new dimensions of 1 at some places of the result. */
export function unsqueezedView(view: View, added: readonly number[]): View {
  const axes = [...view.axes];
  for (const axis of [...added].sort((a, b) => a - b)) axes.splice(axis, 0, null);
  return { ...view, axes };
}

/** What a reshape is in terms of the source: its new dimensions, and the view of them; null if it cuts across an order. */
export function reshapedView(
  view: View,
  target: readonly number[],
): { readonly sourceShape: readonly number[]; readonly axes: readonly (number | null)[] } | null {
  const segments = alignSegments(view, target);
  if (segments === null) return null;
  const bySource = [...segments].sort((a, b) => at(a.sourceAxes, 0) - at(b.sourceAxes, 0));
  const sourceShape: number[] = [];
  const axes: (number | null)[] = target.map(() => null);
  for (const { targetAxes } of bySource) {
    for (const axis of targetAxes) {
      axes[axis] = sourceShape.length;
      sourceShape.push(at(target, axis));
    }
  }
  return { sourceShape, axes };
}

interface Segment {
  /** Neighbours in the source, in its order. */
  readonly sourceAxes: readonly number[];
  readonly targetAxes: readonly number[];
}

/** The shortest runs of dimensions on both sides that hold as many elements, dimensions of 1 left out. */
function alignSegments({ sourceShape, axes }: View, target: readonly number[]): Segment[] | null {
  const sources = axes.filter((axis): axis is number => axis !== null && at(sourceShape, axis) !== 1);
  const targets = [...target.keys()].filter((axis) => at(target, axis) !== 1);
  const segments: Segment[] = [];
  let [s, t] = [0, 0];
  while (s < sources.length && t < targets.length) {
    const segment = { sourceAxes: [at(sources, s)], targetAxes: [at(targets, t)] };
    let [before, after] = [at(sourceShape, at(sources, s)), at(target, at(targets, t))];
    for (s += 1, t += 1; before !== after;) {
      if (before < after) {
        if (s === sources.length) return null;
        segment.sourceAxes.push(at(sources, s));
        before *= at(sourceShape, at(sources, s++));
      } else {
        if (t === targets.length) return null;
        segment.targetAxes.push(at(targets, t));
        after *= at(target, at(targets, t++));
      }
    }
    if (!areNeighbours(segment.sourceAxes, sourceShape)) return null;
    segments.push(segment);
  }
  return s === sources.length && t === targets.length ? segments : null;
}

/** Ascending, with nothing but dimensions of 1 between. */
function areNeighbours(axes: readonly number[], shape: readonly number[]): boolean {
  return axes.every((axis, index) => {
    if (index === 0) return true;
    const previous = at(axes, index - 1);
    return axis > previous && elementCount(shape.slice(previous + 1, axis)) === 1;
  });
}
