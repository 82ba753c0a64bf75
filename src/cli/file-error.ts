import { InputError } from '../errors';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
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
