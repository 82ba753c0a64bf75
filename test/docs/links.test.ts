import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import { expect, it } from 'vitest';
import { documents } from '../support/markdown';
import { ROOT, readText } from '../support/repository';

/** As GitHub names the anchors of headings. */
function anchorsOf(text: string): Set<string> {
  return new Set(
    [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
      heading!
        .toLowerCase()
        .replaceAll(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    ),
  );
}

function problemsOf(path: string): string[] {
  const text = readText(path).replaceAll(/^ *```[^]*?^ *```$/gm, '');
  return [...text.matchAll(/\]\((?<target>[^)\s]+)\)/g)].flatMap(({ groups }) => {
    const { target = '' } = groups ?? {};
    if (/^[a-z]+:/.test(target)) return [];
    const [file = '', anchor] = target.split('#');
    const found = file === '' ? path : posix.join(posix.dirname(path), file);
    if (!existsSync(`${ROOT}${found}`)) return [`${path}: ${target}: there is no ${found}`];
    if (anchor === undefined || anchorsOf(readText(found)).has(anchor)) return [];
    return [`${path}: ${target}: no heading has this anchor`];
  });
}

it('leads from every document to what is there', () => {
  expect(documents().flatMap(problemsOf)).toEqual([]);
});
