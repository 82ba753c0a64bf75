import { ModelFormatError } from '../../errors';
import { quoted } from '../../errors/quoted';
import type { TensorId } from '../../model';
import type { GraphProto, TensorProto } from './generated/octogate_onnx_pb';
import { readElements } from './read-elements';
import type { Value } from './value';

/** What each name of the file stands for. Constants are read when they are first asked for. */
export class ValueTable {
  readonly #values = new Map<string, Value>();
  readonly #initializers: ReadonlyMap<string, TensorProto>;
  readonly #uses = new Map<string, number>();

  constructor({ node, initializer, output }: GraphProto) {
    this.#initializers = new Map(initializer.map((tensor) => [tensor.name, tensor]));
    const names = [...node.flatMap(({ input }) => input), ...output.map(({ name }) => name)];
    for (const name of names) this.#uses.set(name, (this.#uses.get(name) ?? 0) + 1);
  }

  isInitializer(name: string): boolean {
    return this.#initializers.has(name);
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /**
   * Whether a tensor of the graph is read once in all, whatever names its value goes by on the way: then the op that makes it
   * and the node that reads it may become one.
   */
  isReadOnce(source: TensorId): boolean {
    const names = [...this.#values].filter(
      ([, value]) => value.kind === 'activation' && value.view.source === source,
    );
    return names.every(([name]) => this.uses(name) <= 1);
  }

  /** How many inputs of nodes and outputs of the model a name is. */
  uses(name: string): number {
    return this.#uses.get(name) ?? 0;
  }

  /**
   * @param user who asks, for messages
   * @throws ModelFormatError if nothing before the user makes the value, and whatever reading a constant throws.
   */
  get(name: string, user: string): Value {
    const known = this.#values.get(name);
    if (known !== undefined) return known;
    const tensor = this.#initializers.get(name);
    if (tensor === undefined) {
      throw new ModelFormatError(
        `${user}: no earlier node makes ${quoted(name)}; nodes must stand in execution order, export the model again`,
      );
    }
    const constant: Value = { kind: 'constant', array: readElements(tensor, `initializer ${quoted(name)}`) };
    this.#values.set(name, constant);
    return constant;
  }

  /** @throws ModelFormatError if the name stands for something else. */
  define(name: string, value: Value, user: string): void {
    if (this.#values.has(name) || this.isInitializer(name)) {
      throw new ModelFormatError(
        `${user}: makes ${quoted(name)}, which exists already; export the model again`,
      );
    }
    this.#values.set(name, value);
  }

  /** What a refused node did not make stays without meaning. */
  breakIfUndefined(name: string): void {
    if (name !== '' && !this.#values.has(name)) this.#values.set(name, { kind: 'broken' });
  }
}
