import type { Builder, Offset } from 'flatbuffers';
import { BuiltinOperator } from '../../import/tflite/generated/builtin-operator';
import { createOperatorCodesVector } from '../../import/tflite/generated/model';
import * as CodeFields from '../../import/tflite/generated/operator-code';

/** The kinds of op in a model, each once. */
export class OperatorCodeList {
  private readonly offsets: Offset[] = [];
  private readonly indices = new Map<string, number>();

  constructor(private readonly builder: Builder) {}

  /** Index of this op at this version. */
  indexOf(operator: BuiltinOperator, version: number): number {
    const key = `${operator} ${version}`;
    const index = this.indices.get(key) ?? this.offsets.push(this.write(operator, version)) - 1;
    this.indices.set(key, index);
    return index;
  }

  /** Offset of the vector of all codes. */
  finish(): Offset {
    return createOperatorCodesVector(this.builder, this.offsets);
  }

  private write(operator: BuiltinOperator, version: number): Offset {
    const { builder } = this;
    CodeFields.startOperatorCode(builder);
    const narrowest = Math.min(operator, BuiltinOperator.PLACEHOLDER_FOR_GREATER_OP_CODES);
    CodeFields.addDeprecatedBuiltinCode(builder, narrowest);
    CodeFields.addVersion(builder, version);
    CodeFields.addBuiltinCode(builder, operator);
    return CodeFields.endOperatorCode(builder);
  }
}
