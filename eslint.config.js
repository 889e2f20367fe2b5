import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** The only places that may meet the outside world directly; everything else is handed values. */
const COMPOSITION_ROOTS = [
  'src/main.ts',
  'src/cli/context.ts',
  'src/cli/terminal/**/*.ts',
  'src/adapters/system/**/*.ts',
];

const noProcess = {
  message: 'Take a plain value or a function instead (see docs/architecture.md).',
};

const globalsOfProcess = ['process', 'console'].map((name) => ({ name, ...noProcess }));

/** Limits of docs/architecture.md on what a reader must hold in mind. */
const sizeRules = {
  'max-lines': ['error', { max: 250, skipBlankLines: false, skipComments: false }],
  'max-lines-per-function': ['error', { max: 70, skipBlankLines: false, skipComments: false }],
  'max-params': ['error', 4],
  'max-depth': ['error', 4],
  complexity: ['error', 16],
};

const plainRules = {
  eqeqeq: 'error',
  curly: ['error', 'multi-line'],
  'no-restricted-syntax': [
    'error',
    { selector: 'ExportDefaultDeclaration', message: 'Use a named export.' },
    {
      selector: 'ExportAllDeclaration',
      message: 'Import from the file itself, not from a barrel.',
    },
    { selector: 'LabeledStatement', message: 'Move the loop into a function and return.' },
  ],
  'no-var': 'error',
  'prefer-const': 'error',
  'object-shorthand': 'error',
  'no-implicit-coercion': 'error',
  'no-else-return': 'error',
  'no-promise-executor-return': 'error',
  'no-unmodified-loop-condition': 'error',
  'no-template-curly-in-string': 'error',
  'no-param-reassign': 'error',
};

const typedRules = {
  '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
  '@typescript-eslint/consistent-type-exports': 'error',
  '@typescript-eslint/switch-exhaustiveness-check': [
    'error',
    { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: true },
  ],
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/no-non-null-assertion': 'error',
  '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
  '@typescript-eslint/strict-boolean-expressions': [
    'error',
    { allowNullableObject: true, allowNullableBoolean: false, allowString: false },
  ],
  '@typescript-eslint/explicit-module-boundary-types': 'error',
  '@typescript-eslint/no-unused-vars': [
    'error',
    { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
  ],
  // Numbers and booleans in messages are the point of messages.
  '@typescript-eslint/restrict-template-expressions': [
    'error',
    { allowNumber: true, allowBoolean: true },
  ],
  // A shorthand `() => close()` is clear enough.
  '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
};

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', 'bench-results/', 'node_modules/'] },
  js.configs.recommended,
  { linterOptions: { reportUnusedDisableDirectives: 'error' }, rules: plainRules },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: { ...typedRules, ...sizeRules },
  },
  {
    files: ['src/**/*.ts'],
    ignores: COMPOSITION_ROOTS,
    rules: {
      'no-restricted-globals': ['error', ...globalsOfProcess],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', ...noProcess },
        { object: 'Math', property: 'random', ...noProcess },
      ],
      'no-restricted-imports': [
        'error',
        {
          paths: ['process', 'node:process', 'console', 'node:console'].map((name) => ({
            name,
            ...noProcess,
          })),
        },
      ],
    },
  },
  {
    // These layers are told the time; even measuring it is left to those who call them.
    files: ['src/{domain,ports,services,strategies,config,report}/**/*.ts'],
    rules: { 'no-restricted-globals': ['error', ...globalsOfProcess, 'performance'] },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts', 'vitest.config.ts'],
    rules: {
      // A describe block is a table of contents, not a function to follow.
      'max-lines-per-function': 'off',
      'max-lines': ['error', { max: 400, skipBlankLines: false, skipComments: false }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/strict-boolean-expressions': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-empty-function': 'off',
    },
  },
  {
    // vitest and the tools' own files ask for a default export.
    files: ['*.config.ts', '*.config.js', 'test/support/global-setup.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['scripts/**/*.mjs', '*.js', '*.cjs'],
    languageOptions: { globals: { performance: 'readonly', TextEncoder: 'readonly' } },
    rules: sizeRules,
  },
  {
    files: ['bin/**/*.js', '**/*.cjs'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: {
        process: 'readonly',
        require: 'readonly',
        module: 'writable',
        exports: 'writable',
        __dirname: 'readonly',
      },
    },
    // Old syntax is on purpose: an old Node must reach the line that says it is too old.
    rules: { ...sizeRules, 'no-unused-vars': ['error', { caughtErrors: 'none' }] },
  },
);
