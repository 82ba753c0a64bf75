import { at } from '../errors';
import type { FullyConnectedOp, Graph, LstmDirection, LstmOp, TensorId } from '../model';
import { GATES } from '../model';
import { gateInputSite, hiddenSite, preActivationSite, tensorSite } from './sites';
import type { RangeSite, Site } from './sites';

/** Matrices that are multiplied with the same vectors: a dense layer's, a projection's, or those of an LSTM's gates. */
export interface MatrixProduct {
  /** For messages: the op, and the part of it. */
  readonly name: string;
  readonly op: FullyConnectedOp | LstmOp;
  /** Where the vectors show. */
  readonly site: Site;
  /** Elements of a vector. */
  readonly depth: number;
  readonly matrices: readonly JointMatrix[];
}

/** Matrices side by side, whose products are added, with the bias of the sum. */
export interface JointMatrix {
  /** One matrix, or [W R]. */
  readonly parts: readonly TensorId[];
  readonly bias: TensorId | null;
  /** What happens between sum and bias: layer norm with these coefficients. */
  readonly layerNorm: { readonly coefficients: TensorId; readonly site: RangeSite } | null;
}

/** Every matrix product of a graph. Convolutions are none: their filters see overlapping parts of an image. */
export function matrixProducts(graph: Graph): MatrixProduct[] {
  return graph.ops.flatMap((op) => {
    if (op.kind === 'fullyConnected') return [denseProduct(op, graph)];
    if (op.kind !== 'lstm') return [];
    return op.directions.flatMap((direction) => [
      gateProduct(op, direction, graph),
      ...projectionProduct(op, direction, graph),
    ]);
  });
}

function denseProduct(op: FullyConnectedOp, graph: Graph): MatrixProduct {
  return {
    name: op.name,
    op,
    site: tensorSite(graph, op.input),
    depth: at(at(graph.tensors, op.weights).shape, 1),
    matrices: [{ parts: [op.weights], bias: op.bias, layerNorm: null }],
  };
}

function gateProduct(op: LstmOp, direction: LstmDirection, graph: Graph): MatrixProduct {
  const { forget } = direction.gates;
  const depthOf = (id: TensorId): number => at(at(graph.tensors, id).shape, 1);
  const matrices = GATES.flatMap((name): JointMatrix[] => {
    const gate = direction.gates[name];
    if (gate === null) return [];
    return [
      {
        parts: [gate.inputWeights, gate.recurrentWeights],
        bias: gate.bias,
        layerNorm:
          gate.layerNorm === null
            ? null
            : { coefficients: gate.layerNorm, site: preActivationSite(op, direction, name) },
      },
    ];
  });
  return {
    name: `${op.name} ${direction.direction} gates`,
    op,
    site: gateInputSite(op, direction),
    depth: depthOf(forget.inputWeights) + depthOf(forget.recurrentWeights),
    matrices,
  };
}

function projectionProduct(op: LstmOp, direction: LstmDirection, graph: Graph): MatrixProduct[] {
  const { projection } = direction;
  if (projection === null) return [];
  return [
    {
      name: `${op.name} ${direction.direction} projection`,
      op,
      site: hiddenSite(op, direction),
      depth: at(at(graph.tensors, projection.weights).shape, 1),
      matrices: [{ parts: [projection.weights], bias: projection.bias, layerNorm: null }],
    },
  ];
}
