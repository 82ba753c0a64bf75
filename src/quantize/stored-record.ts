import { QuantizationError } from '../errors';
import type { QuantizationRecord } from './record';
import { RECORD_FORMAT, RECORD_METADATA_NAME } from './record';

/** A setting of a recipe's part. */
export type StoredSetting = string | number | boolean | null;

/** A {@link QuantizationRecord} as a file has it: the version that wrote it may have had other recipes with other parts. */
export interface StoredRecord extends Omit<QuantizationRecord, 'recipe' | 'options'> {
  /** The recipe that was named. */
  readonly recipe: string;
  /** Every part of the recipe, as it was in effect: off or on, or its settings. */
  readonly options: Readonly<Record<string, StoredSetting | Readonly<Record<string, StoredSetting>>>>;
}

/**
 * Reads a record that came with a file.
 *
 * @param value result of `JSON.parse`
 * @throws QuantizationError if it is not what {@link StoredRecord} describes.
 */
export function parseStoredRecord(value: unknown): StoredRecord {
  if (!isObject(value) || value['format'] !== RECORD_FORMAT) {
    throw unreadable(`JSON with format "${RECORD_FORMAT}" is expected`);
  }
  const { options, samples } = value;
  if (!isObject(options)) throw unreadable('options is not an object');
  if (typeof samples !== 'number') throw unreadable('samples is not a number');
  return {
    format: RECORD_FORMAT,
    version: text('version', value['version']),
    recipe: text('recipe', value['recipe']),
    options: Object.fromEntries(Object.entries(options).map(([part, found]) => [part, setting(part, found)])),
    keptFloat: names('keptFloat', value['keptFloat']),
    observer: text('observer', value['observer']),
    scaledInputs: names('scaledInputs', value['scaledInputs']),
    copiedInputs: names('copiedInputs', value['copiedInputs']),
    widenedLayers: names('widenedLayers', value['widenedLayers']),
    samples,
  };
}

function setting(part: string, value: unknown): StoredRecord['options'][string] {
  if (isSetting(value)) return value;
  if (isObject(value) && Object.values(value).every(isSetting)) {
    return value as Readonly<Record<string, StoredSetting>>;
  }
  throw unreadable(`option ${JSON.stringify(part)} is neither a value nor an object of values`);
}

/** A list that came with a later version is empty in a record of an earlier one. */
function names(field: string, value: unknown): readonly string[] {
  if (value === undefined) return [];
  if (Array.isArray(value) && value.every(isText)) return value;
  throw unreadable(`${field} is not a list of names`);
}

function text(field: string, value: unknown): string {
  if (isText(value)) return value;
  throw unreadable(`${field} is not a line of text`);
}

function isSetting(value: unknown): value is StoredSetting {
  return value === null || typeof value === 'boolean' || typeof value === 'number' || isText(value);
}

/** What can be printed without doing something to a terminal. */
function isText(value: unknown): value is string {
  return typeof value === 'string' && !/\p{Cc}/u.test(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unreadable(problem: string): QuantizationError {
  return new QuantizationError(`attachment ${RECORD_METADATA_NAME}`, problem);
}
