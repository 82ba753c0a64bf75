import { at } from '../errors';
import type { Program } from '../lower/program';
import type { Tensor, TensorId } from '../model';

/** One input or output of a model: the tensor that the file names, and the one behind it that executors see. */
export interface ProgramEnd {
  readonly name: string;
  /** The graph's input or output; float32 or int8, or int32 for positions. */
  readonly tensor: Tensor;
  readonly tensorId: TensorId;
  /** The tensor that is fed or read; an int8 one where the host quantizes or dequantizes `tensor`, else `tensor` itself. */
  readonly inner: Tensor;
  readonly innerId: TensorId;
}

/** The model's inputs, with what the host's QUANTIZE makes of float ones. */
export function programInputs({ graph, ops }: Program): ProgramEnd[] {
  return graph.inputs.map((id) => {
    const quantize = ops.find((lowered) => lowered.kind === 'quantize' && lowered.op.input === id);
    return endOf(graph.tensors, id, quantize?.kind === 'quantize' ? quantize.op.output : id);
  });
}

/** The model's outputs, with what the host's DEQUANTIZE makes float ones of. */
export function programOutputs({ graph, ops }: Program): ProgramEnd[] {
  return graph.outputs.map((id) => {
    const dequantize = ops.find((lowered) => lowered.kind === 'dequantize' && lowered.op.output === id);
    return endOf(graph.tensors, id, dequantize?.kind === 'dequantize' ? dequantize.op.input : id);
  });
}

function endOf(tensors: readonly Tensor[], tensorId: TensorId, innerId: TensorId): ProgramEnd {
  const tensor = at(tensors, tensorId);
  return { name: tensor.name, tensor, tensorId, inner: at(tensors, innerId), innerId };
}
