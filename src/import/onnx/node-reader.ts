import { at, ModelFormatError, UnsupportedModelError } from '../../errors';
import { quoted } from '../../errors/quoted';
import { enumName } from '../enum-name';
import type { AttributeProto, NodeProto } from './generated/octogate_onnx_pb';
import { AttributeProto_Type as AttributeType } from './generated/octogate_onnx_pb';
import type { GraphAssembler } from '../graph-assembler';
import type { NdArray } from '../nd-array';
import { readElements } from './read-elements';
import type { SessionStates } from './session-states';
import type { BrokenValue, Value } from './value';
import { valueShape } from './value';
import type { ValueTable } from './value-table';
import type { View } from '../view';
import { viewShape } from '../view';

/** What all nodes of a file share. */
export interface ReadContext {
  readonly opset: number;
  readonly assembler: GraphAssembler;
  readonly values: ValueTable;
  readonly states: SessionStates;
}

/** Thrown where a node needs a value whose node was refused: that is the reason to be told, not this. */
export class BrokenInput extends Error {}

/** One node of the file, and what its reader may ask of it. Roles name inputs in messages: `initial_h`. */
export class NodeReader {
  readonly subject: string;
  readonly #unread: Map<string, AttributeProto>;

  constructor(
    private readonly node: NodeProto,
    readonly index: number,
    private readonly context: ReadContext,
  ) {
    const { name, opType, attribute } = node;
    this.subject = `node ${index} ${opType}${name === '' ? '' : ` ${quoted(name)}`}`;
    this.#unread = new Map(attribute.map((each) => [each.name, each]));
  }

  get assembler(): GraphAssembler {
    return this.context.assembler;
  }

  get states(): SessionStates {
    return this.context.states;
  }

  get opset(): number {
    return this.context.opset;
  }

  get inputCount(): number {
    return this.node.input.length;
  }

  get outputCount(): number {
    return this.node.output.length;
  }

  /** @throws ModelFormatError for another number of inputs; absent optional ones count. */
  requireInputs(least: number, most = least): void {
    this.#requireCount('inputs', this.inputCount, least, most);
  }

  requireOutputs(least: number, most = least): void {
    this.#requireCount('outputs', this.outputCount, least, most);
  }

  hasInput(slot: number): boolean {
    return (this.node.input[slot] ?? '') !== '';
  }

  /** Whether anything reads an output. */
  isUsed(slot: number): boolean {
    const name = this.node.output[slot] ?? '';
    return name !== '' && this.context.values.uses(name) > 0;
  }

  /** Whether this node alone reads a value, so that both may become one op. */
  isOnlyReader({ source }: View): boolean {
    return this.context.values.isReadOnce(source);
  }

  /** @throws ModelFormatError if the input is absent; BrokenInput if its node was refused. */
  input(slot: number, role: string): Exclude<Value, BrokenValue> {
    const name = this.node.input[slot] ?? '';
    if (name === '') throw this.#malformed(`its ${role} (input ${slot}) is missing`);
    const value = this.context.values.get(name, this.subject);
    if (value.kind === 'broken') throw new BrokenInput(this.subject);
    return value;
  }

  inputShape(slot: number, role: string): readonly number[] {
    return valueShape(this.input(slot, role));
  }

  /** A value that the graph computes. */
  activation(slot: number, role: string): View {
    const value = this.input(slot, role);
    switch (value.kind) {
      case 'activation':
        return value.view;
      case 'state':
        return value.view();
      case 'constant':
        return this.refuse(
          `its ${role} is a constant; a computed value is expected, fold it before the export`,
        );
    }
  }

  /** An input whose elements are known at import; null if it is absent. */
  optionalConstant(slot: number, role: string): NdArray | null {
    if (!this.hasInput(slot)) return null;
    const value = this.input(slot, role);
    if (value.kind === 'constant') return value.array;
    return this.refuse(
      `its ${role} is computed; a constant is expected, export the model with fixed ${role}`,
    );
  }

  constant(slot: number, role: string): NdArray {
    return this.optionalConstant(slot, role) ?? this.#missing(slot, role);
  }

  /** A list of integers that older operators have as an attribute, newer ones as an input; null if there is neither. */
  settings(attribute: string, slot: number): readonly number[] | null {
    const stated = this.ints(attribute);
    if (stated !== null) return stated;
    const array = this.optionalConstant(slot, attribute);
    return array === null ? null : Array.from(array.data);
  }

  /** Defines an output, if it has a name. */
  output(slot: number, value: Value): void {
    const name = this.node.output[slot] ?? '';
    if (name !== '') this.context.values.define(name, value, this.subject);
  }

  outputView(slot: number, view: View): void {
    if (viewShape(view).includes(0)) throw this.#malformed('its output is empty');
    this.output(slot, { kind: 'activation', view });
  }

  outputArray(slot: number, array: NdArray): void {
    this.output(slot, { kind: 'constant', array });
  }

  int(name: string, otherwise: number): number {
    const attribute = this.#attribute(name, AttributeType.INT);
    return attribute === null ? otherwise : this.#safe(name, attribute.i);
  }

  float(name: string, otherwise: number): number {
    return this.#attribute(name, AttributeType.FLOAT)?.f ?? otherwise;
  }

  string(name: string, otherwise: string): string {
    const attribute = this.#attribute(name, AttributeType.STRING);
    return attribute === null ? otherwise : decodeText(attribute.s);
  }

  strings(name: string): readonly string[] | null {
    return this.#attribute(name, AttributeType.STRINGS)?.strings.map(decodeText) ?? null;
  }

  ints(name: string): readonly number[] | null {
    return this.#attribute(name, AttributeType.INTS)?.ints.map((value) => this.#safe(name, value)) ?? null;
  }

  floats(name: string): readonly number[] | null {
    return this.#attribute(name, AttributeType.FLOATS)?.floats ?? null;
  }

  tensor(name: string): NdArray | null {
    const tensor = this.#attribute(name, AttributeType.TENSOR)?.t;
    return tensor === undefined ? null : readElements(tensor, `${this.subject}, ${name}`);
  }

  /** @throws UnsupportedModelError naming an attribute that no one asked for: it might change the result. */
  requireAllRead(): void {
    const [name] = this.#unread.keys();
    if (name !== undefined)
      this.refuse(`its attribute ${quoted(name)} is not known; export the model without it`);
  }

  /** @throws UnsupportedModelError naming an output that something uses and that was not made. */
  requireAllMade(): void {
    const slot = this.node.output.findIndex(
      (name, index) => this.isUsed(index) && !this.context.values.has(name),
    );
    if (slot !== -1) this.refuse(`its output ${slot} is used; it is not read, export the model without it`);
  }

  /** A dimension counted from the front. @throws ModelFormatError if there is no such one. */
  axis(value: number, rank: number): number {
    const axis = value < 0 ? value + rank : value;
    if (Number.isInteger(axis) && axis >= 0 && axis < rank) return axis;
    throw this.#malformed(`there is no dimension ${value} among ${rank}`);
  }

  /** @throws UnsupportedModelError naming this node. */
  refuse(reason: string): never {
    throw new UnsupportedModelError([{ subject: this.subject, reason }]);
  }

  /** @throws ModelFormatError naming this node. */
  fail(problem: string): never {
    throw this.#malformed(problem);
  }

  #attribute(name: string, type: AttributeType): AttributeProto | null {
    const attribute = this.#unread.get(name) ?? this.node.attribute.find((each) => each.name === name);
    if (attribute === undefined) return null;
    this.#unread.delete(name);
    if (attribute.type === type) return attribute;
    const [found, expected] = [enumName(AttributeType, attribute.type), enumName(AttributeType, type)];
    throw this.#malformed(`its attribute ${quoted(name)} is of type ${found}, ${expected} expected`);
  }

  #safe(name: string, value: bigint): number {
    const number = Number(value);
    if (Number.isSafeInteger(number)) return number;
    throw this.#malformed(`its attribute ${quoted(name)} is ${value}`);
  }

  #missing(slot: number, role: string): never {
    throw this.#malformed(`its ${role} (input ${slot}) is missing`);
  }

  #requireCount(things: string, found: number, least: number, most: number): void {
    if (found >= least && found <= most) return;
    const expected = least === most ? String(least) : `${least} to ${most}`;
    throw this.#malformed(`has ${found} ${things}, ${expected} expected`);
  }

  #malformed(problem: string): ModelFormatError {
    return new ModelFormatError(`${this.subject}: ${problem}; export the model again`);
  }
}

function decodeText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** The only element of an array. */
export function scalarOf(node: NodeReader, array: NdArray, role: string): number {
  if (array.data.length === 1) return at(array.data, 0);
  return node.fail(`its ${role} has ${array.data.length} elements, one expected`);
}
