/**
 * Attachment of a file whose 16-bit masks stand in it in 8 bits, since TFLite has no dense layer from int8 to int16:
 * `[{ "operator": 5, ... }]` by position in the file. Reading the file brings them back.
 */
export const SUBSTITUTIONS_METADATA_NAME = 'octogate.substitutions';
