import { ModelFormatError, UnsupportedModelError } from '../../errors';
import type { FusedActivation, OpKind, Quantization, Tensor, TensorId } from '../../model';
import { enumName } from '../enum-name';
import { ActivationFunctionType } from './generated/activation-function-type';
import { BuiltinOptions } from './generated/builtin-options';
import type { Operator } from './generated/operator';
import type { TableView } from './table-bytes';
import type { TensorTable } from './tensor-table';

/** What the file leaves out of an op's inputs. */
const ABSENT = -1;

const FUSED_ACTIVATIONS: ReadonlyMap<ActivationFunctionType, FusedActivation> = new Map([
  [ActivationFunctionType.NONE, 'none'],
  [ActivationFunctionType.RELU, 'relu'],
  [ActivationFunctionType.RELU6, 'relu6'],
  [ActivationFunctionType.RELU_N1_TO_1, 'reluN1To1'],
]);

/** One op of the file, and what its reader may ask of it. Roles name slots in messages: `input weights`. */
export class OperatorReader {
  readonly #operator: Operator;
  readonly #tensors: TensorTable;
  readonly #sourceIndex: number;

  /** @param subject how messages name the op: `op 3 RESHAPE` */
  constructor(
    operator: Operator,
    tensors: TensorTable,
    sourceIndex: number,
    readonly subject: string,
  ) {
    this.#operator = operator;
    this.#tensors = tensors;
    this.#sourceIndex = sourceIndex;
  }

  /**
   * Kind and name: the same for every op of the graph.
   *
   * @param part tells ops of one kind apart that stand for the same one of the file
   */
  base<K extends OpKind>(kind: K, part = ''): { kind: K; name: string; sourceIndex: number } {
    const suffix = part === '' ? '' : `_${part}`;
    return { kind, name: `${kind}_${this.#sourceIndex}${suffix}`, sourceIndex: this.#sourceIndex };
  }

  /** @throws ModelFormatError if the op has another number of inputs. */
  requireInputs(...counts: readonly number[]): void {
    const found = this.#operator.inputsLength();
    if (counts.includes(found)) return;
    throw new ModelFormatError(
      `${this.subject}: has ${found} inputs, ${counts.join(' or ')} expected; convert the model again`,
    );
  }

  /** @throws ModelFormatError if the op has another number of outputs. */
  requireOutputs(count: number): void {
    const found = this.#operator.outputsLength();
    if (found === count) return;
    throw new ModelFormatError(
      `${this.subject}: has ${found} outputs, ${count} expected; convert the model again`,
    );
  }

  inputCount(): number {
    return this.#operator.inputsLength();
  }

  outputCount(): number {
    return this.#operator.outputsLength();
  }

  hasInput(slot: number): boolean {
    return this.#inputIndex(slot) !== ABSENT;
  }

  /** @throws ModelFormatError if the input is absent or no tensor of the file. */
  input(slot: number, role: string): TensorId {
    const id = this.optionalInput(slot, role);
    if (id !== null) return id;
    throw new ModelFormatError(
      `${this.subject}: its ${role} (input ${slot}) is missing; convert the model again`,
    );
  }

  optionalInput(slot: number, role: string): TensorId | null {
    const index = this.#inputIndex(slot);
    return index === ABSENT ? null : this.#tensors.use(index, `${this.subject}, ${role}`);
  }

  /** An input whose constant elements are settings of the op, not a tensor of the graph; null if it is absent. */
  settings(slot: number, role: string): Tensor | null {
    const index = this.#inputIndex(slot);
    return index === ABSENT ? null : this.#tensors.peek(index, `${this.subject}, ${role}`);
  }

  /** Dimensions of an input as the file states them. */
  inputShape(slot: number, role: string): readonly number[] {
    return this.#tensors.peek(this.#inputIndex(slot), `${this.subject}, ${role}`).shape;
  }

  output(slot: number): TensorId {
    return this.#tensors.use(this.#outputIndex(slot), `${this.subject}, output ${slot}`);
  }

  /** An input as the file states it. */
  inputTensor(slot: number, role: string): Tensor {
    return this.#tensors.peek(this.#inputIndex(slot), `${this.subject}, ${role}`);
  }

  /** An output as the file states it, which does not become part of the graph by that. */
  outputTensor(slot: number): Tensor {
    return this.#tensors.peek(this.#outputIndex(slot), `${this.subject}, output ${slot}`);
  }

  /** A tensor that the file lacks, between the ops of the graph that stand for this one. */
  addTensor(tensor: Tensor): TensorId {
    return this.#tensors.add(tensor);
  }

  /** All tensors of the graph so far, by id. */
  get graphTensors(): readonly Tensor[] {
    return this.#tensors.tensors;
  }

  /** Quantization of a value that stays inside the op; null where the file states none. */
  intermediate(slot: number): Quantization | null {
    const index = slot < this.#operator.intermediatesLength() ? this.#operator.intermediates(slot) : null;
    if (index === null || index === ABSENT) return null;
    return this.#tensors.quantization(index, `${this.subject}, intermediate ${slot}`);
  }

  /**
   * The op's options, or null if it has none.
   *
   * @throws ModelFormatError if they are the options of another op.
   */
  options<T extends TableView>(type: BuiltinOptions, table: T): T | null {
    const found = this.#operator.builtinOptionsType();
    if (found === BuiltinOptions.NONE) return null;
    if (found !== type) {
      throw new ModelFormatError(
        `${this.subject}: its options are of type ${found}, ${type} expected; the file is damaged, get it again`,
      );
    }
    return this.#operator.builtinOptions(table) as T | null;
  }

  /** @throws UnsupportedModelError for an activation that no clamp can express. */
  fusedActivation(activation: ActivationFunctionType): FusedActivation {
    const known = FUSED_ACTIVATIONS.get(activation);
    if (known !== undefined) return known;
    const found = enumName(ActivationFunctionType, activation);
    const expected = [...FUSED_ACTIVATIONS.keys()]
      .map((key) => enumName(ActivationFunctionType, key))
      .join(', ');
    return this.refuse(`its fused activation is ${found}; one of ${expected} is expected, split the layer`);
  }

  /** @throws UnsupportedModelError naming this op. */
  refuse(reason: string): never {
    throw new UnsupportedModelError([{ subject: this.subject, reason }]);
  }

  #outputIndex(slot: number): number {
    const index = slot < this.#operator.outputsLength() ? this.#operator.outputs(slot) : null;
    if (index !== null) return index;
    throw new ModelFormatError(`${this.subject}: its output ${slot} is missing; convert the model again`);
  }

  #inputIndex(slot: number): number {
    return slot < this.#operator.inputsLength() ? (this.#operator.inputs(slot) ?? ABSENT) : ABSENT;
  }
}
