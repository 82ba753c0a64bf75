import { at } from '../errors';
import type { Program } from '../lower/program';
import type { Tensor, TensorId } from '../model';

/** One input or output of a model: the tensor that the file names, and the int8 one behind it that runs. */
export interface ProgramEnd {
  readonly name: string;
  /** The graph's input or output; float32 or int8. */
  readonly tensor: Tensor;
  readonly tensorId: TensorId;
  /** The int8 tensor that is fed or read; differs from `tensor` where the graph quantizes or dequantizes. */
  readonly integer: Tensor;
  readonly integerId: TensorId;
}

/** The model's inputs, with what QUANTIZE makes of the float ones. */
export function programInputs({ graph, ops }: Program): ProgramEnd[] {
  return graph.inputs.map((id) => {
    const quantize = ops.find((lowered) => lowered.kind === 'quantize' && lowered.op.input === id);
    return endOf(graph.tensors, id, quantize?.kind === 'quantize' ? quantize.op.output : id);
  });
}

/** The model's outputs, with what DEQUANTIZE makes the float ones of. */
export function programOutputs({ graph, ops }: Program): ProgramEnd[] {
  return graph.outputs.map((id) => {
    const dequantize = ops.find((lowered) => lowered.kind === 'dequantize' && lowered.op.output === id);
    return endOf(graph.tensors, id, dequantize?.kind === 'dequantize' ? dequantize.op.input : id);
  });
}

function endOf(tensors: readonly Tensor[], tensorId: TensorId, integerId: TensorId): ProgramEnd {
  const tensor = at(tensors, tensorId);
  return { name: tensor.name, tensor, tensorId, integer: at(tensors, integerId), integerId };
}
