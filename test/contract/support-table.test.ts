import { existsSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { enumName } from '../../src/import/enum-name';
import { BuiltinOperator } from '../../src/import/tflite/generated/builtin-operator';
import { OP_READERS } from '../../src/import/tflite/ops';
import type { OpKind } from '../../src/model';
import { ROOT } from '../support/repository';
import { nodesOf, parseSource } from '../support/typescript-source';

const page = readFileSync(`${ROOT}docs/support.md`, 'utf8');

/** Cells of the table's rows that begin with an op of the file format. */
const opRows = [...page.matchAll(/^\| `([A-Z0-9_]+)`[^|]*\|(.*)\|$/gm)].map((match) => ({
  op: match[1]!,
  cells: match[2]!.split('|').map((cell) => cell.trim()),
}));

/** `file › title`, as rows name tests. */
const references = [...page.matchAll(/`(test\/[^`›]+?) › ([^`]*)`/g)].map((match) => ({
  path: match[1]!,
  title: match[2]!.trim(),
}));

/** The compiler holds this list to be that of the union. */
const KINDS: Readonly<Record<OpKind, true>> = {
  lstm: true,
  fullyConnected: true,
  conv2d: true,
  depthwiseConv2d: true,
  binary: true,
  mean: true,
  softmax: true,
  logistic: true,
  tanh: true,
  relu: true,
  leakyRelu: true,
  hardSwish: true,
  floatUnary: true,
  quantize: true,
  dequantize: true,
  reshape: true,
  concatenation: true,
  split: true,
  slice: true,
  transpose: true,
  pad: true,
  reverse: true,
  gather: true,
};

/** Titles of a file's suites and tests: what calls name before a function. Templates stay as they are written. */
function titlesIn(path: string): string[] {
  const titles: string[] = [];
  for (const node of nodesOf(parseSource(path))) {
    if (!ts.isCallExpression(node)) continue;
    const [title] = node.arguments;
    const body = node.arguments.at(-1);
    if (title === undefined || body === undefined) continue;
    if (!ts.isArrowFunction(body) && !ts.isFunctionExpression(body)) continue;
    if (ts.isStringLiteralLike(title)) titles.push(title.text);
    else if (ts.isTemplateExpression(title)) titles.push(title.getText());
  }
  return titles;
}

it('names tests that exist', () => {
  expect(references.length).toBeGreaterThan(60);
  const missing = references.filter(
    ({ path, title }) =>
      title === '' || !existsSync(`${ROOT}${path}`) || !titlesIn(path).some((known) => known.includes(title)),
  );
  expect([...new Set(missing.map(({ path, title }) => `${path} › ${title}`))]).toEqual([]);
});

it('has a row for every op that is read, and for no other', () => {
  const read = [...OP_READERS.keys()].map((code) => enumName(BuiltinOperator, code));
  expect(opRows.map(({ op }) => op).sort()).toEqual(read.sort());
});

it('has every op of the graph', () => {
  const named = new Set(
    opRows.flatMap(({ cells }) => [...cells[0]!.matchAll(/`(\w+)`/g)].map((match) => match[1]!)),
  );
  expect([...named].sort()).toEqual(Object.keys(KINDS).sort());
});

it('backs every row with a test', () => {
  expect(opRows.filter(({ cells }) => !cells.at(-1)!.includes(' › ')).map(({ op }) => op)).toEqual([]);
});
