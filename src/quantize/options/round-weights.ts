import type { TensorId } from '../../model';
import { floatOps } from '../partition';
import { matrixProducts } from '../products';
import type { RecipeOptions } from '../recipe-options';
import { correctBiases } from './bias-correction';
import type { PreparedModel } from './prepared-model';
import { roundProduct } from './round-products';

export interface RoundWeightsOptions {
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal | undefined;
}

/**
 * Rounds the matrices of all layers that become integers, and corrects their biases.
 *
 * @throws QuantizationError naming a matrix that is all zero or not finite.
 * @throws the signal's reason if it aborts, between two layers.
 */
export async function roundWeights(
  model: PreparedModel,
  {
    weightRounding,
    biasCorrection,
    perChannelDense,
  }: Pick<RecipeOptions, 'weightRounding' | 'biasCorrection' | 'perChannelDense'>,
  { onProgress, signal }: RoundWeightsOptions,
): Promise<PreparedModel> {
  const float = floatOps(model.graph, model.keepFloat);
  const products = matrixProducts(model.graph).filter(({ op }) => !float.has(op));
  const rounded = new Map<TensorId, Int8Array>();
  let { graph } = model;
  for (const [index, product] of products.entries()) {
    // Lets a page paint, and the signal arrive.
    await new Promise((resolve) => setTimeout(resolve));
    signal?.throwIfAborted();
    const matrices = roundProduct(graph, product, model.statistics, weightRounding, perChannelDense);
    for (const [id, { weights }] of matrices) rounded.set(id, weights);
    if (biasCorrection) graph = correctBiases(graph, product, matrices, model.statistics);
    onProgress(index + 1, products.length);
  }
  return { ...model, graph, rounded };
}
