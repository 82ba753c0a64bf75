import type { Graph } from '../graph';
import { ALL_RULES } from '../rules/all';
import { analyzeShapesBy, evaluateShapes } from '../shapes';
import type { GraphShapes, TensorShapes } from '../shapes';
import type { SessionSizes } from './dimension';

/**
 * Finds out how batch and time run through a graph: which dimensions of the inputs they are, and whether a session may
 * choose them. An op that works only with the file's size (a dense layer over all timesteps of a sequence) fixes it.
 *
 * @throws ModelFormatError or UnsupportedModelError if the shapes contradict each other at the file's own sizes.
 */
export function analyzeShapes(graph: Graph): GraphShapes {
  return analyzeShapesBy(ALL_RULES, graph);
}

/** `evaluateShapes` of `analyzeShapes`, with the errors of both. */
export function inferShapes(graph: Graph, sizes: SessionSizes): TensorShapes {
  return evaluateShapes(analyzeShapes(graph), sizes);
}
