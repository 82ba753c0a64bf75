import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** What generators write: parsed, so that it can be named on the command line, but held to no rule. */
const GENERATED = ['src/import/tflite/generated/**/*.ts', 'src/import/onnx/generated/**/*.ts'];

export default tseslint.config(
  {
    // It is compiled against the packed package, not against the sources.
    ignores: [
      'test/package/types/**',
      'dist/**',
      'node_modules/**',
      'test-output/**',
      'docs/api/**',
      '**/dist/**',
    ],
  },
  { files: GENERATED, languageOptions: { parser: tseslint.parser } },
  {
    ignores: GENERATED,
    extends: [
      js.configs.recommended,
      tseslint.configs.strictTypeChecked,
      tseslint.configs.stylisticTypeChecked,
    ],
  },
  {
    ignores: GENERATED,
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-console': 'error',
    },
  },
  // The twins index typed arrays inside proven bounds, thousands of times per timestep; `!` says so and costs nothing.
  {
    files: ['src/reference/**', 'src/arith/**', 'test/**'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  { files: ['**/*.mjs', '**/*.cjs', '**/*.js'], ...tseslint.configs.disableTypeChecked },
  {
    files: ['test/package/**/*.js'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'AbortController',
          'addEventListener',
          'AnalyserNode',
          'AudioContext',
          'console',
          'ConstantSourceNode',
          'document',
          'fetch',
          'location',
          'postMessage',
          'process',
          'URL',
          'Worker',
        ].map((name) => [name, 'readonly']),
      ),
    },
    rules: { 'no-console': 'off' },
  },
  {
    files: ['scripts/**', 'bench/**', '.puppeteerrc.cjs', 'src/cli/**', '**/*.mjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        AbortController: 'readonly',
        module: 'writable',
        Buffer: 'readonly',
      },
    },
    rules: { 'no-console': 'off' },
  },
);
