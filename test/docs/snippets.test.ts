import ts from 'typescript';
import { expect, it } from 'vitest';
import { ROOT } from '../support/repository';
import { documents, snippetsOf } from '../support/markdown';

const snippets = documents().flatMap(snippetsOf);

/** Types every snippet against the sources of the package, under its own names, as strictly as the examples. */
function problemsOf(language: 'ts' | 'js'): string[] {
  const config = ts.getParsedCommandLineOfConfigFile(
    `${ROOT}tsconfig.json`,
    { noEmit: true, checkJs: true, noUnusedLocals: false, ...(language === 'js' ? { strict: false } : {}) },
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined },
  );
  const files = new Map(
    snippets
      .filter((snippet) => snippet.language === language)
      .map(({ place, code, given }) => [
        `${ROOT}test/docs/${place.replaceAll(/\W/g, '-')}.${language}`,
        { place, text: `${given.join('\n')}\n${code}\nexport {};\n` },
      ]),
  );
  const host = ts.createCompilerHost(config!.options);
  const program = ts.createProgram([...files.keys()], config!.options, {
    ...host,
    fileExists: (path) => files.has(path) || host.fileExists(path),
    readFile: (path) => files.get(path)?.text ?? host.readFile(path),
    getSourceFile(path, ...rest) {
      const file = files.get(path);
      return file === undefined
        ? host.getSourceFile(path, ...rest)
        : ts.createSourceFile(path, file.text, rest[0], true);
    },
  });
  return [...files].flatMap(([path, { place }]) =>
    [
      ...program.getSyntacticDiagnostics(program.getSourceFile(path)),
      ...program.getSemanticDiagnostics(program.getSourceFile(path)),
    ].map(({ messageText }) => `${place}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`),
  );
}

it('finds the snippets of the documents', () => {
  const found = snippets.filter(({ language }) => language === 'ts').map(({ place }) => place.split(':')[0]);
  expect(found).toEqual(expect.arrayContaining(['README.md', 'docs/guides/streaming.md']));
});

it.each(['ts', 'js'] as const)('types what documents say in %s', (language) => {
  expect(problemsOf(language)).toEqual([]);
});
