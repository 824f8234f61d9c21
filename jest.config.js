/**
 * Four projects: `unit` (seconds, no network, no external program), `lanes` (the real cdktf, Terraform, Checkov, MySQL, ...)
 * and `bench` and `soak`, which take long and run only when they are asked for.
 * Only *.test.ts are tests; __tests__/support holds helpers.
 */
// The SDK says six lines about the next Node in every worker; `engines` in package.json says what is supported.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const shared = {
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': ['ts-jest', { diagnostics: false }] },
  moduleFileExtensions: ['ts', 'js', 'cjs', 'json'],
  modulePathIgnorePatterns: ['<rootDir>/cdktf.out', '<rootDir>/dist', '<rootDir>/.slipway'],
};

// The pipeline keeps the results of its tests, and splits the lanes by how long each file took.
const junit = process.env.JEST_JUNIT_OUTPUT_DIR ? [['jest-junit', { addFileAttribute: 'true' }]] : [];

module.exports = {
  testSequencer: '<rootDir>/__tests__/support/lane-sequencer.cjs',
  reporters: ['default', '<rootDir>/__tests__/support/lane-reporter.cjs', ...junit],
  // Only with --coverage. The lanes run the real programs as children, which are not counted.
  collectCoverageFrom: ['{constructs,stacks,scripts}/**/*.ts', '!scripts/bench/**'],
  coverageReporters: ['text-summary', 'lcov'],
  // A little below what the unit tests reach; the labs and the node are mostly reached by the lanes. Raise it, never lower it.
  coverageThreshold: { global: { statements: 62, branches: 57, functions: 60, lines: 62 } },
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/__tests__/{constructs,stacks,scripts,project}/**/*.test.ts'],
    },
    {
      ...shared,
      displayName: 'lanes',
      testMatch: ['<rootDir>/__tests__/lanes/**/*.test.ts'],
    },
    {
      ...shared,
      displayName: 'bench',
      testMatch: ['<rootDir>/__tests__/bench/**/*.test.ts'],
    },
    {
      ...shared,
      displayName: 'soak',
      testMatch: ['<rootDir>/__tests__/soak/**/*.test.ts'],
    },
  ],
};
