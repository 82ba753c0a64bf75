import { at } from '../../errors';
import type { Graph } from '../../model';
import { comesFromOutside } from '../partition';
import { matrixProducts } from '../products';
import type { Range } from '../range';
import type { RecipeOptions } from '../recipe-options';
import { tensorSite } from '../sites';
import { dividedMoments } from '../statistics/moments';
import type { Moments } from '../statistics/moments';
import { siteId } from '../statistics/statistics';
import { foldInputScales } from './input-scaling';
import type { FoldedInput } from './input-scaling';
import type { PreparedModel } from './prepared-model';

/**
 * Channel scales and clipping of what flows into LSTM layers: the graph with the scales folded in, and ranges and statistics
 * that fit it.
 *
 * @returns the model, and which inputs were given channel scales.
 */
export function shapeInputs(
  model: PreparedModel,
  { inputScaling, inputClipping }: Pick<RecipeOptions, 'inputScaling' | 'inputClipping'>,
): { readonly model: PreparedModel; readonly folded: readonly FoldedInput[] } {
  const { channels } = model.statistics;
  const { graph, folded } =
    inputScaling === null
      ? { graph: model.graph, folded: [] }
      : foldInputScales(model.graph, channels, inputScaling.exponent, model.keepFloat);
  const keepFloat = [
    ...model.keepFloat,
    ...folded.flatMap(({ dividedBy }) => (dividedBy === null ? [] : [dividedBy])),
  ];
  const changed: Record<string, Range> = {};
  const share = (inputClipping?.percentile ?? 100) / 100;
  for (const [source, histograms] of channels) {
    const fold = folded.find((candidate) => candidate.source === source);
    if (fold === undefined && (inputClipping === null || !comesFromOutside(graph, source, keepFloat)))
      continue;
    const divisors = fold?.divisors ?? Array<number>(histograms.channels).fill(1);
    const { key } = tensorSite(graph, fold?.tensor ?? source);
    changed[key] = histograms.dividedRange(divisors, share);
  }
  return {
    model: {
      ...model,
      graph,
      keepFloat,
      ranges: { ...model.ranges, tensors: { ...model.ranges.tensors, ...changed } },
      statistics: { ...model.statistics, moments: foldedMoments(model, graph, folded) },
    },
    folded,
  };
}

/** The moments of what matrices are multiplied with in the folded graph; its products are the same, in the same order. */
function foldedMoments(
  { graph, statistics }: PreparedModel,
  foldedGraph: Graph,
  folded: readonly FoldedInput[],
): ReadonlyMap<string, Moments> {
  const after = matrixProducts(foldedGraph);
  const result = new Map<string, Moments>();
  for (const [index, product] of matrixProducts(graph).entries()) {
    const moments = statistics.moments.get(siteId(product.site));
    if (moments === undefined) continue;
    const fold = folded.find(({ source }) => source === product.op.input);
    const readsInput = product.site.group !== 'internals';
    const divided = fold !== undefined && readsInput ? dividedMoments(moments, fold.divisors) : moments;
    result.set(siteId(at(after, index).site), divided);
  }
  return result;
}
