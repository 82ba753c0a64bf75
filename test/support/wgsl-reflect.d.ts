/** The package's ES module, by its file: its `main` is a CommonJS file that Node takes for an ES module. */
declare module 'wgsl_reflect/wgsl_reflect.module.js' {
  export * from 'wgsl_reflect';
}
