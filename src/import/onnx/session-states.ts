import { ModelFormatError } from '../../errors';
import { quoted } from '../../errors/quoted';
import type { UnsupportedReasons } from '../../errors/unsupported-reasons';
import { elementCount } from '../../model/shapes';
import type { NdArray } from '../nd-array';
import { integers } from '../nd-array';

/** The two states of an LSTM, as ONNX calls them. */
export type StateName = 'h' | 'c';

/** A run of numbers, one per element. */
interface Block {
  readonly first: number;
  readonly elements: number;
}

/** An LSTM node, and what was put into its states before a call. */
interface RecurrentNode {
  readonly subject: string;
  /** Numbers of elements of inputs of the model; null for a state that starts at zero. */
  readonly before: Readonly<Record<StateName, NdArray | null>>;
}

/** State elements of one model, at most: all inputs and all layers together. */
const MOST_STATE_ELEMENTS = 1 << 22;

/** An input and an output of the model that are a session's state instead. */
export interface StatePair {
  readonly input: string;
  readonly output: string;
}

/**
 * Finds out which inputs and outputs of a model do nothing but carry LSTM state from call to call. Elements of both are
 * numbered, and the numbers moved around like the values: by slices, transposes, concatenations. What comes out of a call
 * at the place where, in the next call, it would go in, is the session's state.
 */
export class SessionStates {
  readonly #inputs = new Map<string, Block>();
  readonly #nodes: RecurrentNode[] = [];
  /** By number of an element after a call: the element of an input that was there before it; null for none. */
  readonly #putBack: (number | null)[] = [];
  readonly #isCell: boolean[] = [];

  /** Numbers for the elements of an input of the model. */
  numberInput(name: string, shape: readonly number[]): NdArray {
    const block = this.#block(elementCount(shape), null, false);
    this.#inputs.set(name, block);
    return numbered(block, shape);
  }

  /**
   * Numbers for the elements of both states of a node after a call.
   *
   * @param shape of each state
   */
  numberNode(
    subject: string,
    shape: readonly number[],
    before: RecurrentNode['before'],
  ): Readonly<Record<StateName, NdArray>> {
    this.#nodes.push({ subject, before });
    const elements = elementCount(shape);
    return {
      h: numbered(this.#block(elements, before.h, false), shape),
      c: numbered(this.#block(elements, before.c, true), shape),
    };
  }

  /** Whether any of the numbers stands for an element of a cell state. */
  holdsCellState({ data }: NdArray): boolean {
    return data.some((number) => this.#isCell[number] === true);
  }

  /** The inputs among which an output has its counterpart; each output is given by its numbers. */
  pair(outputs: readonly { readonly name: string; readonly numbers: NdArray }[]): StatePair[] {
    return outputs.flatMap(({ name, numbers }) => {
      const input = this.#counterpart(numbers);
      return input === null ? [] : [{ input, output: name }];
    });
  }

  /** Adds a reason for each node whose state is put in but does not come out. */
  requirePaired(pairs: readonly StatePair[], reasons: UnsupportedReasons): void {
    const blocks = pairs.flatMap(({ input }) => this.#inputs.get(input) ?? []);
    for (const { subject, before } of this.#nodes) {
      const unpaired = (['h', 'c'] as const).filter((state) =>
        before[state]?.data.some((number) => !blocks.some((block) => isIn(block, number))),
      );
      for (const state of unpaired) {
        const fed = [...this.#inputs].find(([, block]) =>
          before[state]?.data.some((each) => isIn(block, each)),
        );
        reasons.add(
          subject,
          `its initial_${state} is the input ${quoted(fed?.[0] ?? '')} of the model, and no output gives Y_${state} back in the same order; ` +
            'return the new state, too, so that both become the state of a session',
        );
      }
      if (unpaired.length === 0 && (before.h === null) !== (before.c === null)) {
        reasons.add(
          subject,
          'one of its states is an input of the model, the other starts at zero with every call; a session keeps both, make both inputs',
        );
      }
    }
  }

  /** The input that puts back, element by element, what stands in an output. */
  #counterpart({ data }: NdArray): string | null {
    const before = Array.from(data, (number) => this.#putBack[number] ?? null);
    for (const [name, { first, elements }] of this.#inputs) {
      if (elements === data.length && before.every((number, index) => number === first + index)) return name;
    }
    return null;
  }

  /** @throws ModelFormatError for more state than any model has. */
  #block(elements: number, before: NdArray | null, isCell: boolean): Block {
    const first = this.#putBack.length;
    if (first + elements > MOST_STATE_ELEMENTS) {
      throw new ModelFormatError(
        `the model has more than ${MOST_STATE_ELEMENTS} elements of LSTM state; split it`,
      );
    }
    for (let index = 0; index < elements; index++) {
      this.#putBack.push(before?.data[index] ?? null);
      this.#isCell.push(isCell);
    }
    return { first, elements };
  }
}

function isIn({ first, elements }: Block, number: number): boolean {
  return number >= first && number < first + elements;
}

function numbered({ first, elements }: Block, shape: readonly number[]): NdArray {
  return integers(
    Array.from({ length: elements }, (_, index) => first + index),
    shape,
  );
}
