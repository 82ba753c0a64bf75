import type { Specialization } from '../contract/kernel-contract';
import type { ShaderLocation } from '../errors';
import { ShaderError } from '../errors';
import type { ShaderSources } from './shader-sources';

/**
 * Joins a kernel with the modules it includes. The linker's own lines are WGSL comments, so that editors and WGSL tools
 * read the files as they are:
 *
 * - `//#include "lib/requantize.wgsl"`: that module's text, once, in front of what follows. Paths are relative to
 *   `shaders/`. `alternatives` may send a path to another file.
 * - `//#constant ROWS`: `const ROWS = 8u;`, once, for a constant that sizes arrays, where an `override` is not allowed.
 *
 * WGSL's own directives (`requires`, `enable`, `diagnostic`), which must precede all else, move to the top. Sources
 * comment with `//` only; a linker line inside a block comment would be obeyed.
 */

export interface LinkedShader {
  readonly code: string;
  /**
   * Where a line of `code` comes from.
   *
   * @param line counted from 1, as WebGPU's compilation messages do
   * @returns null if `code` has no such line
   */
  readonly locate: (line: number) => ShaderLocation | null;
}

export type LinkOptions = Pick<Specialization, 'constants' | 'alternatives'>;

const LINKER_LINE = /^\s*\/\/#(.*)$/;
const INCLUDE = /^include "([^"]+)"\s*$/;
const CONSTANT = /^constant ([A-Za-z_][A-Za-z0-9_]*)\s*$/;
const WGSL_DIRECTIVE = /^\s*(requires|enable|diagnostic)\b.*;\s*(\/\/.*)?$/;

/**
 * Links `kernels/<stem>.wgsl`.
 *
 * @throws ShaderError with file and line for a file that does not exist, an include cycle, an unknown linker line, a
 * constant without a value, or a value whose constant no module asks for.
 */
export function linkShader(stem: string, sources: ShaderSources, options: LinkOptions): LinkedShader {
  return new Linker(stem, sources, options).link();
}

interface LinkedLine {
  readonly text: string;
  readonly location: ShaderLocation;
}

class Linker {
  readonly #kernelFile: string;
  readonly #sources: ShaderSources;
  readonly #constants: ReadonlyMap<string, number>;
  readonly #alternatives: ReadonlyMap<string, string>;
  readonly #directives: LinkedLine[] = [];
  readonly #body: LinkedLine[] = [];
  readonly #expanded = new Set<string>();
  readonly #definedConstants = new Set<string>();

  constructor(stem: string, sources: ShaderSources, { constants, alternatives }: LinkOptions) {
    this.#kernelFile = `kernels/${stem}.wgsl`;
    this.#sources = sources;
    this.#constants = new Map(Object.entries(constants));
    this.#alternatives = new Map(Object.entries(alternatives));
  }

  link(): LinkedShader {
    const start = { file: this.#kernelFile, line: 1 };
    this.#expand(this.#kernelFile, [], start);
    const unused = [...this.#constants.keys()].filter((name) => !this.#definedConstants.has(name));
    if (unused.length > 0) {
      this.#fail(
        start,
        `no module asks for the constant ${unused.join(', ')}; drop the value or add a //#constant line`,
      );
    }
    const lines = [...this.#directives, ...this.#body];
    return {
      code: lines.map(({ text }) => `${text}\n`).join(''),
      locate: (line) => lines[line - 1]?.location ?? null,
    };
  }

  /**
   * @param path of the file to append
   * @param includers files whose expansion is under way, outermost first
   * @param asked where the file was asked for
   */
  #expand(path: string, includers: readonly string[], asked: ShaderLocation): void {
    if (includers.includes(path)) {
      const cycle = [...includers.slice(includers.indexOf(path)), path];
      this.#fail(asked, `include cycle: ${cycle.join(' -> ')}`);
    }
    if (this.#expanded.has(path)) return;
    this.#expanded.add(path);
    const source = this.#sources.get(path);
    if (source === undefined) this.#fail(asked, `there is no shader file ${path}`);
    source
      .trimEnd()
      .split(/\r?\n/)
      .forEach((text, index) => {
        this.#append({ text, location: { file: path, line: index + 1 } }, [...includers, path]);
      });
  }

  #append(line: LinkedLine, includers: readonly string[]): void {
    if (WGSL_DIRECTIVE.test(line.text)) {
      if (!this.#directives.some(({ text }) => text === line.text)) this.#directives.push(line);
      return;
    }
    const command = LINKER_LINE.exec(line.text)?.[1];
    if (command === undefined) {
      this.#body.push(line);
      return;
    }
    const [, included] = INCLUDE.exec(command) ?? [];
    const [, constant] = CONSTANT.exec(command) ?? [];
    if (included !== undefined) {
      this.#expand(this.#alternatives.get(included) ?? included, includers, line.location);
    } else if (constant !== undefined) {
      this.#define(constant, line.location);
    } else {
      this.#fail(
        line.location,
        `unknown linker line //#${command}; expected //#include "path" or //#constant NAME`,
      );
    }
  }

  #define(name: string, location: ShaderLocation): void {
    const value = this.#constants.get(name);
    if (value === undefined) {
      const known = [...this.#constants.keys()].join(', ') || 'none';
      this.#fail(location, `the constant ${name} has no value; given are: ${known}`);
    }
    if (this.#definedConstants.has(name)) return;
    this.#definedConstants.add(name);
    this.#body.push({ text: `const ${name} = ${value}u;`, location });
  }

  #fail(location: ShaderLocation, message: string): never {
    throw new ShaderError(`cannot link ${this.#kernelFile}`, [{ location, message }]);
  }
}
