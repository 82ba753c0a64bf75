import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

/** WGSL text by file. */
type Texts = ReadonlyMap<string, string>;

const FOLDERS = ['shaders', 'src/bench/kernels'].map((folder) =>
  fileURLToPath(new URL(`../../${folder}`, import.meta.url)),
);

/** Lines for our own linker look like comments, and are kept. */
const COMMENT = /\s*\/\/(?!#).*$/;
const LINKER_LINE = /^\s*\/\/#/;
const WORD = /(?<![@\w])[A-Za-z_]\w*/g;
/** Where blanks mean nothing, whatever stands around them. */
const BLANKS = /\s*([,;:(){}[\]])\s*/g;
/** An operator between operands; next to another operator, or to the end of a template, a blank tells the two apart. */
const OPERATOR = /(?<=[\w)\]]) ?([-+*/%&|^<>=!]+) ?(?=[\w(])/g;

const DECLARATION = /\b(?:fn|let|var(?:<[^>]*>)?|const|struct|alias)\s+([A-Za-z_]\w*)/g;
/** Members and parameters: a name, behind any attributes, with a type. */
const TYPED = /(?:^|[,(])\s*(?:@\w+(?:\([^)]*\))?\s*)*([A-Za-z_]\w*)\s*:/gm;
/** What the host knows by name. */
const KNOWN_OUTSIDE = [/\boverride\s+([A-Za-z_]\w*)/g, /^\s*\/\/#constant\s+(\w+)/gm, /\bfn\s+(main)\b/g];
/** Reads as parts of a vector, wherever it stands behind a dot. */
const SWIZZLE = /^([xyzw]{1,4}|[rgba]{1,4})$/;
/** Address spaces and access modes, which are words like any other. */
const SPACES = ['function', 'private', 'workgroup', 'uniform', 'storage', 'read', 'write', 'read_write'];
/** Two letters that WGSL keeps for itself. */
const RESERVED = new Set(['as', 'do', 'fn', 'if', 'in', 'is', 'of', 'or']);
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('');

/**
 * Short names for what shaders declare: one name for one name, in all files, so that scopes stay what they are and files
 * still fit together. Names that the host, or WGSL itself, knows stay.
 */
export function shortNames(texts: Texts): ReadonlyMap<string, string> {
  const all = [...texts.values()].map((text) => strip(text)).join('\n');
  const uses = new Map<string, number>();
  for (const [word] of all.matchAll(WORD)) uses.set(word, (uses.get(word) ?? 0) + 1);
  const kept = new Set([...SPACES, ...KNOWN_OUTSIDE.flatMap((pattern) => namesIn(all, pattern))]);
  const declared = new Set([DECLARATION, TYPED].flatMap((pattern) => namesIn(all, pattern)));
  const renamed = [...declared]
    .filter((name) => name.length > 2 && !kept.has(name) && !SWIZZLE.test(name))
    .sort((left, right) => (uses.get(right) ?? 0) - (uses.get(left) ?? 0) || (left < right ? -1 : 1));
  const free = freeNames(uses);
  return new Map(renamed.map((name) => [name, free.next().value ?? name]));
}

/**
 * WGSL as it is published: no comments, no blanks that mean nothing, short names; about half of the bytes. Lines stay where
 * they are, so that messages of shader compilers still name the line of the source.
 */
export function publishWgsl(source: string, names: ReadonlyMap<string, string>): string {
  return strip(source)
    .split('\n')
    .map((line) =>
      LINKER_LINE.test(line)
        ? line
        : line
            .replace(WORD, (word) => names.get(word) ?? word)
            .replace(BLANKS, '$1')
            .replace(OPERATOR, '$1'),
    )
    .join('\n');
}

/** Shortens every shader that the library inlines. */
export function wgslPublisher(): Plugin {
  let names: ReadonlyMap<string, string> | null = null;
  return {
    name: 'publish-wgsl',
    enforce: 'pre',
    apply: 'build',
    transform: {
      filter: { id: /\.wgsl\?raw$/ },
      handler: (code) => {
        names ??= shortNames(readShaders());
        const source = JSON.parse(code.slice(code.indexOf('"'), code.lastIndexOf('"') + 1)) as string;
        return { code: `export default ${JSON.stringify(publishWgsl(source, names))}`, map: null };
      },
    },
  };
}

/** Every shader of the repository, by path. */
export function readShaders(): Texts {
  const paths = FOLDERS.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.wgsl'))
      .map((name) => join(folder, name)),
  );
  return new Map(paths.sort().map((path) => [path, readFileSync(path, 'utf8')]));
}

function strip(source: string): string {
  return source
    .split('\n')
    .map((line) => line.replace(COMMENT, '').trim())
    .join('\n');
}

function namesIn(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].flatMap(([, name]) => name ?? []);
}

/** `a`, `b`, … `aa`, `ab`, … without the words that shaders contain and those that WGSL reserves. */
function* freeNames(taken: ReadonlyMap<string, number>): Generator<string, undefined> {
  for (const first of ['', ...LETTERS]) {
    for (const second of LETTERS) {
      const name = first + second;
      if (!taken.has(name) && !RESERVED.has(name)) yield name;
    }
  }
}
