import { ModelFormatError } from '../../errors';

/** Elements of a vector of numbers, read one by one: a claimed length allocates nothing. */
export function readVector<T>(length: number, element: (index: number) => T | null): T[] {
  const values: T[] = [];
  for (let index = 0; index < length; index++) {
    const value = element(index);
    if (value === null) throw new ModelFormatError(`a vector of ${length} elements has no element ${index}`);
    values.push(value);
  }
  return values;
}
