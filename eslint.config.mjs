import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/**
 * The layers of the project, as rules. What each folder may not do stands in `LAYERS`; that each rule bites is shown by
 * __tests__/project/lint-rules.test.ts.
 */

const BARREL = {
  regex: '^@cdktf/provider-aws(/lib(/index)?)?/?$',
  message: "Import '@cdktf/provider-aws/lib/<resource>': the barrel costs half a minute and more than a gigabyte.",
};
const CONSTRUCTS_INDEX = {
  regex: '^\\.{1,2}/(.*/)?constructs(/index)?$',
  message: 'Import the file of the construct; `constructs` alone is the name of an npm package.',
};
const CDKTF = {
  regex: '^(cdktf|constructs|@cdktf/.+)$',
  message: 'CDKTF stays in main.ts, stacks/ and constructs/: whatever else loads it starts a second later.',
};
const APP_PARTS = {
  regex: '(^|/)(constructs/(?!invalid-value$)|stacks/(?!(environments|swarm)(/|$)))',
  message:
    'From the app only its data (stacks/environments, stacks/swarm) and constructs/invalid-value may be imported here.',
};
const SIDE_EFFECTS = {
  regex:
    '^(node:(?!(crypto|path|util|assert)$)|(fs|child_process|net|http|https|os|dns|tls)(/|$)|@aws-sdk/)|(^|/)adapters/',
  message: 'The domain is pure: side effects live in scripts/adapters and are handed in.',
};
const PROCESS_MODULE = {
  regex: '^(node:)?process$',
  message: 'Use the global `process`, whose use is limited by layer.',
};

const PROCESS = [
  ['env', 'Only main.ts and scripts/cli.ts read the environment; take the value as a parameter.'],
  ['exit', 'Only an entry point ends the process, and by exitCode, so that output is flushed.'],
  ['exitCode', 'Only an entry point sets the exit code; return it, or throw an error that carries it.'],
].map(([property, message]) => ({ object: 'process', property, message }));

const CLOCK = [
  ['NewExpression[callee.name="Date"][arguments.length=0]', 'Take the time as a parameter: no clock here.'],
  [
    'CallExpression[callee.object.name="Date"][callee.property.name="now"]',
    'Take the time as a parameter: no clock here.',
  ],
  [
    'CallExpression[callee.object.name="Math"][callee.property.name="random"]',
    'The same input gives the same output here.',
  ],
].map(([selector, message]) => ({ selector, message }));

const TIMEOUT = {
  selector: 'MemberExpression[object.name="AbortSignal"][property.name="timeout"]',
  message: 'Use deadline(): together with another signal, Node.js may lose this one.',
};

/** A layer as a configuration block: imports that are forbidden (static and dynamic), and syntax that is. */
function layer(name, files, patterns, { ignores = [], syntax = [] } = {}) {
  // A slash would end the regular expression of a selector.
  const dynamic = patterns.map(({ regex, message }) => ({
    selector: `ImportExpression[source.value=/${regex.replaceAll('/', '\\u002F')}/]`,
    message,
  }));
  return {
    name,
    files,
    ignores,
    rules: {
      'no-restricted-imports': ['error', { patterns }],
      'no-restricted-syntax': ['error', ...dynamic, ...syntax],
    },
  };
}

/** A later layer replaces an earlier one, so each lists all that holds for its files. */
const LAYERS = [
  layer('everything', ['**/*.ts'], [BARREL, CONSTRUCTS_INDEX, PROCESS_MODULE]),
  layer('app', ['constructs/**/*.ts', 'stacks/**/*.ts'], [BARREL, CONSTRUCTS_INDEX, PROCESS_MODULE], { syntax: CLOCK }),
  layer('app data', ['stacks/{environments,swarm}/**/*.ts', 'constructs/invalid-value.ts'], [CDKTF, PROCESS_MODULE], {
    syntax: CLOCK,
  }),
  layer('tool', ['scripts/**/*.ts'], [CDKTF, APP_PARTS, PROCESS_MODULE], { syntax: [TIMEOUT] }),
  // A benchmark measures what the app sets up, with the app's own versions.
  layer('benchmarks', ['scripts/bench/**/*.ts'], [CDKTF, PROCESS_MODULE]),
  layer('domain', ['scripts/domain/**/*.ts'], [CDKTF, APP_PARTS, SIDE_EFFECTS, PROCESS_MODULE], { syntax: CLOCK }),
];

const ENTRY_POINTS = [
  'main.ts',
  'scripts/cli.ts',
  'scripts/node/main.ts',
  'scripts/architecture/architecture.ts',
  'scripts/bench/**',
  '__tests__/**',
];

const readonlyGlobals = names => Object.fromEntries(names.map(name => [name, 'readonly']));
const NODE = ['AbortSignal', 'Buffer', 'URL', 'clearTimeout', 'console', 'fetch', 'process', 'setTimeout'];
const COMMONJS = ['__dirname', '__filename', 'exports', 'require'];

export default defineConfig(
  { ignores: ['cdktf.out/', 'dist/', 'coverage/', '.slipway/'] },
  // A rule that is wrong is changed here, with a reason, never switched off in a file.
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Numbers read the same in a message as in the code; null, objects and any still do not.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `() => setTimeout(...)` is how a callback is written; a void value that is used still fails.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // `env['NAME']` says that the key is data and may be absent; a declared property still needs the dot.
      '@typescript-eslint/dot-notation': ['error', { allowIndexSignaturePropertyAccess: true }],
      // A loop that waits for something to happen is written `while (true)` or `for (;;)`.
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      // `const { left, ...rest } = all` is how a key is left out of an object.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'no-restricted-properties': ['error', ...PROCESS],
      eqeqeq: 'error',
    },
  },
  ...LAYERS,
  { files: ENTRY_POINTS, rules: { 'no-restricted-properties': 'off' } },
  {
    files: ['main.ts', 'stacks/**/*.ts', 'constructs/**/*.ts', 'scripts/**/*.ts'],
    rules: { 'max-lines': ['error', { max: 220, skipBlankLines: true, skipComments: true }] },
  },
  {
    files: ['__tests__/**/*.ts'],
    rules: {
      // jest.fn() and expect() are handed around unbound, and matchers such as expect.any() have the type any.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      // A test may say "this is there": when it is not, the test fails at that line, which is its purpose.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Fakes implement interfaces whose methods are asynchronous, with nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      // A fake's methods may have nothing to do.
      '@typescript-eslint/no-empty-function': 'off',
    },
  },
  {
    files: ['**/*.cjs', '**/*.js'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: { ...readonlyGlobals([...NODE, ...COMMONJS]), module: 'writable' },
    },
  },
  { files: ['**/*.mjs'], languageOptions: { globals: readonlyGlobals(NODE) } },
  prettier,
);
