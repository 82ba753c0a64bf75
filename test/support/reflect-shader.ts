import { WgslReflect } from 'wgsl_reflect/wgsl_reflect.module.js';

/**
 * Reflects a linked shader's declarations. Function bodies are emptied first: the parser of wgsl_reflect 1.6 takes
 * `block` and `workgroup`, which are ordinary names in WGSL, for keywords inside of them.
 */
export function reflectShader(code: string): WgslReflect {
  return new WgslReflect(withoutFunctionBodies(code.replace(/\/\/.*$/gm, '')));
}

function withoutFunctionBodies(code: string): string {
  let kept = '';
  let depth = 0;
  let declaration = '';
  let isBody = false;
  for (const character of code) {
    if (character === '}' && --depth === 0) isBody = false;
    if (!isBody) kept += character;
    if (depth === 0) declaration = character === ';' || character === '}' ? '' : declaration + character;
    if (character === '{' && depth++ === 0) isBody = /\bfn\s/.test(declaration);
  }
  return kept;
}
