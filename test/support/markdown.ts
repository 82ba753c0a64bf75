import { execFileSync } from 'node:child_process';
import { ROOT, readText } from './repository';

/** Code between fences in a document. */
export interface Snippet {
  /** `docs/guides/streaming.md:23`. */
  readonly place: string;
  readonly language: string;
  readonly code: string;
  /** What the text around it has explained: `given: …` in HTML comments right before the fence. */
  readonly given: readonly string[];
}

const FENCE = /^(?<indent> *)```(?<language>\w*)\n(?<code>[^]*?)^\k<indent>```$/gm;
const COMMENTS = /(?: *<!-- given: [^\n]* -->\n+)*$/;
const GIVEN = /<!-- given: (?<declaration>.*) -->/g;

/** The documents of the repository that git knows, or will. */
export function documents(): string[] {
  return execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
    .split('\n')
    .filter((path) => path !== '');
}

export function snippetsOf(path: string): Snippet[] {
  const text = readText(path);
  return [...text.matchAll(FENCE)].map((match) => {
    const { indent = '', language = '', code = '' } = match.groups ?? {};
    const before = text.slice(0, match.index);
    const comments = before.slice(before.search(COMMENTS));
    return {
      place: `${path}:${before.split('\n').length}`,
      language,
      code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
      given: [...comments.matchAll(GIVEN)].map(({ groups }) => groups?.['declaration'] ?? ''),
    };
  });
}
