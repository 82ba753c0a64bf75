import type { OperatorCode } from '../generated/operator-code';

/** What an op is: the larger of two fields, since one is too narrow for new ops, and the other 0 in old files. */
export function operatorCode(entry: OperatorCode): number {
  return Math.max(entry.deprecatedBuiltinCode(), entry.builtinCode());
}
