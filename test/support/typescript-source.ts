import ts from 'typescript';
import { readText } from './repository';

/** Parses a TypeScript file of the repository; `parent` links are set. */
export function parseSource(path: string): ts.SourceFile {
  return ts.createSourceFile(path, readText(path), ts.ScriptTarget.ES2022, true);
}

/** All nodes of a file, depth first. */
export function* nodesOf(node: ts.Node): Generator<ts.Node> {
  yield node;
  for (const child of node.getChildren()) yield* nodesOf(child);
}

/** `path:line` of a node, for messages. */
export function placeOf(node: ts.Node): string {
  const file = node.getSourceFile();
  return `${file.fileName}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
}

export interface ImportedModule {
  /** As written: `../errors`, `node:fs`. */
  readonly specifier: string;
  readonly isTypeOnly: boolean;
  readonly place: string;
}

/** Everything that a file imports or re-exports, dynamic imports of literal names and import types included. */
export function importsOf(file: ts.SourceFile): ImportedModule[] {
  const imports: ImportedModule[] = [];
  const add = (specifier: ts.Node | undefined, isTypeOnly: boolean) => {
    if (specifier !== undefined && ts.isStringLiteral(specifier)) {
      imports.push({ specifier: specifier.text, isTypeOnly, place: placeOf(specifier) });
    }
  };
  for (const node of nodesOf(file)) {
    if (ts.isImportDeclaration(node))
      add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
    if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false);
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
  }
  return imports;
}
