import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { filesBelow, readText } from '../support/repository';
import { nodesOf, parseSource, placeOf } from '../support/typescript-source';

/** Files whose name says float convert at the model's ends, where its own inputs or outputs are real numbers. */
const isFloatFile = (path: string) => /float/i.test(path);

/** Turns a real factor into multiplier and shift, once, when a model is lowered. */
const REAL_TO_INTEGER = 'src/arith/quantized-multiplier.ts';

/** Traces of floating point in WGSL: types, literals, and bit casts to them. */
const WGSL_FLOAT = /\bf(16|32)\b|\bvec[234][fh]\b|\bmat[234]x|\b\d+\.\d*|\.\d+\b|\b\d+[fh]\b|\b\d+e[-+]?\d+/;

/** Lines of a shader that use floating point. */
function shaderFloats(text: string): string[] {
  return text.split('\n').filter((line) => WGSL_FLOAT.test(line.replace(/\/\/.*$/, '')));
}

/** The functions of `Math` that map integers to integers. */
const INTEGER_MATH = new Set(['abs', 'ceil', 'clz32', 'floor', 'imul', 'max', 'min', 'sign', 'trunc']);
/** Those that turn a quotient into an integer. */
const ROUNDING_MATH = new Set(['ceil', 'floor', 'trunc']);
const FLOAT_NAMES = new Set([
  'Float16Array',
  'Float32Array',
  'Float64Array',
  'parseFloat',
  'getFloat32',
  'setFloat32',
]);

function mathFunction(node: ts.Node | undefined): string | null {
  const isMath =
    node !== undefined && ts.isPropertyAccessExpression(node) && node.expression.getText() === 'Math';
  return isMath ? node.name.text : null;
}

/** Whether a quotient is at once made an integer: `Math.trunc(a / b)`, `(a / b) | 0`. */
function isRoundedAtOnce(quotient: ts.Node): boolean {
  const { parent } = quotient;
  if (ts.isParenthesizedExpression(parent)) return isRoundedAtOnce(parent);
  if (ts.isCallExpression(parent)) return ROUNDING_MATH.has(mathFunction(parent.expression) ?? '');
  return (
    ts.isBinaryExpression(parent) &&
    parent.operatorToken.kind === ts.SyntaxKind.BarToken &&
    parent.right.getText() === '0'
  );
}

/** Whether a division is BigInt's, which truncates: one side says so. */
function isBigInt({ left, right }: ts.BinaryExpression): boolean {
  return [left, right].some((side) => [...nodesOf(side)].some((node) => ts.isBigIntLiteral(node)));
}

function floatReason(node: ts.Node): string | null {
  if (ts.isBinaryExpression(node)) {
    const operator = node.operatorToken.kind;
    if (operator === ts.SyntaxKind.SlashEqualsToken) return 'a division whose quotient is not truncated';
    const isDivision = operator === ts.SyntaxKind.SlashToken;
    if (isDivision && !isRoundedAtOnce(node) && !isBigInt(node))
      return 'a division whose quotient is not truncated';
  }
  const called = mathFunction(node);
  if (called !== null && !INTEGER_MATH.has(called)) return `Math.${called} is not integer arithmetic`;
  if (ts.isNumericLiteral(node) && !Number.isInteger(Number(node.text)))
    return `${node.text} is not an integer`;
  if (ts.isIdentifier(node) && FLOAT_NAMES.has(node.text)) return `${node.text} holds real numbers`;
  return null;
}

function floatUses(file: ts.SourceFile): string[] {
  return [...nodesOf(file)].flatMap((node) => {
    const reason = floatReason(node);
    return reason === null ? [] : [`${placeOf(node)}: ${reason}`];
  });
}

describe('shaders', () => {
  it.each(filesBelow('shaders', '.wgsl').filter((path) => !isFloatFile(path)))('%s has no float', (path) => {
    expect(shaderFloats(readText(`shaders/${path}`))).toEqual([]);
  });

  it.each([
    'let x = f32(y);',
    'let x: vec4<f32> = y;',
    'var x = vec2f();',
    'let x = 1.5 * y;',
    'let x = .5;',
    'let x = 2.;',
    'let x = 1f;',
    'let x = 1e-3;',
    'enable f16;',
  ])('the check finds %j', (line) => {
    expect(shaderFloats(line)).toEqual([line]);
  });

  it.each(['let x = 0x1f2eu; // 1.5', 'let e2 = gates.x + 15;', 'let x = array_f[3];'])(
    'and passes %j',
    (line) => {
      expect(shaderFloats(line)).toEqual([]);
    },
  );
});

describe('twins and arithmetic', () => {
  const files = ['src/reference', 'src/arith'].flatMap((folder) =>
    filesBelow(folder, '.ts').map((path) => `${folder}/${path}`),
  );
  it.each(files.filter((path) => !isFloatFile(path) && path !== REAL_TO_INTEGER))(
    '%s computes in integers',
    (path) => {
      expect(floatUses(parseSource(path))).toEqual([]);
    },
  );

  it.each([
    ['const x = a / b;', 'a division whose quotient is not truncated'],
    ['const x = Math.trunc(a) / b;', 'a division whose quotient is not truncated'],
    ['x /= 2;', 'a division whose quotient is not truncated'],
    ['const x = Math.exp(y);', 'Math.exp is not integer arithmetic'],
    ['const x = Math.fround(y);', 'Math.fround is not integer arithmetic'],
    ['const x = Math.round(y);', 'Math.round is not integer arithmetic'],
    ['const x = y * 0.5;', '0.5 is not an integer'],
    ['const x = new Float32Array(1);', 'Float32Array holds real numbers'],
    ['const x = parseFloat(y);', 'parseFloat holds real numbers'],
  ])('the check finds %j', (text, reason) => {
    expect(floatUses(ts.createSourceFile('x.ts', text, ts.ScriptTarget.ES2022, true))).toEqual([
      `x.ts:1: ${reason}`,
    ]);
  });

  it.each([
    'const x = Math.trunc(a / b);',
    'const x = (a / b) | 0;',
    'const x = Math.floor((a + 1) / 2) * 4;',
    'const x = a / 2n;',
    'const x = 1e3 + 0x7fffffff;',
  ])('and passes %j', (text) => {
    expect(floatUses(ts.createSourceFile('x.ts', text, ts.ScriptTarget.ES2022, true))).toEqual([]);
  });
});
