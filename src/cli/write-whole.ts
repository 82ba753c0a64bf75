import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { InputError } from '../errors';
import { fileError, statFile } from './files';

/** A file to be written whole. */
export interface WrittenFile {
  readonly path: string;
  readonly content: Uint8Array | string;
}

/** A file on its way to its place. */
interface Step {
  readonly path: string;
  /** Where its content waits. */
  readonly beside: string;
  /** Where what was in its place waits, in case another file fails. */
  readonly before: string;
}

/**
 * Makes sure that a file can be written in a place, or take that of another.
 *
 * @throws InputError, beginning with the path, if its folder does not exist, or what is there is no file.
 */
export async function requireFilePlace(path: string): Promise<void> {
  const folder = dirname(path);
  if (!(await statFile(folder)).isDirectory()) throw new InputError(`${folder}: not a folder`);
  const there = await stat(path).catch(() => null);
  if (there === null || there.isFile()) return;
  const what = there.isDirectory() ? 'a folder' : 'a device or pipe';
  throw new InputError(`${path}: ${what}, where a file is to be written`);
}

/**
 * Writes files so that each is there whole or not at all: beside its place first, then renamed. If one cannot be written or
 * take its place, none does, and what was there before is there again.
 *
 * @throws InputError, beginning with the path that cannot be written.
 */
export async function writeWhole(files: readonly WrittenFile[]): Promise<void> {
  for (const { path } of files) await requireFilePlace(path);
  const steps: Step[] = [];
  try {
    for (const { path, content } of files) {
      const beside = `${path}.${process.pid}.part`;
      steps.push({ path, beside, before: `${path}.${process.pid}.before` });
      await named(path, writeFile(beside, content));
    }
    await placeAll(steps);
  } finally {
    // What cannot be cleared away does not hide why.
    await Promise.allSettled(steps.map(({ beside }) => rm(beside, { force: true })));
  }
}

async function placeAll(steps: readonly Step[]): Promise<void> {
  const begun: Step[] = [];
  try {
    for (const step of steps) {
      if (await exists(step.path)) await named(step.path, rename(step.path, step.before));
      begun.push(step);
      await named(step.path, rename(step.beside, step.path));
    }
  } catch (error) {
    for (const step of begun) await takeBack(step);
    throw error;
  }
  await Promise.all(steps.map(({ before }) => rm(before, { force: true })));
}

async function takeBack({ path, before }: Step): Promise<void> {
  await rm(path, { force: true });
  if (await exists(before)) await rename(before, path);
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function named(path: string, step: Promise<void>): Promise<void> {
  try {
    await step;
  } catch (cause) {
    throw fileError(path, cause);
  }
}
