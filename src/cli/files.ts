import type { Stats } from 'node:fs';
import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { InputError } from '../errors';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EEXIST: 'a file, where a folder is expected',
  EISDIR: 'a folder, where a file is expected',
  ENOTDIR: 'part of the path is a file, where a folder is expected',
  EACCES: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
};

/** What went wrong with a path that the user gave, in words; anything but a system error stays what it is. */
export function fileError(path: string, cause: unknown): unknown {
  if (!(cause instanceof Error) || !('code' in cause) || typeof cause.code !== 'string') return cause;
  const reason = REASONS[cause.code] ?? cause.message;
  return new InputError(`${path}: ${reason}`, { cause });
}

/** @throws InputError, beginning with the path, if the file cannot be read. */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw fileError(path, cause);
  }
}

/** @throws InputError, beginning with the path, if there is nothing there. */
export async function statFile(path: string): Promise<Stats> {
  try {
    return await stat(path);
  } catch (cause) {
    throw fileError(path, cause);
  }
}

/**
 * Makes a folder, and those that it is in, unless they exist.
 *
 * @throws InputError, beginning with the path, if that does not work.
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (cause) {
    throw fileError(path, cause);
  }
}

/**
 * Names in a folder, sorted.
 *
 * @throws InputError, beginning with the path, if it cannot be read.
 */
export async function listFolder(path: string): Promise<string[]> {
  try {
    return (await readdir(path)).sort();
  } catch (cause) {
    throw fileError(path, cause);
  }
}

/** @throws InputError, beginning with the path, if the file cannot be written. */
export async function writeBytes(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFile(path, bytes);
  } catch (cause) {
    throw fileError(path, cause);
  }
}
