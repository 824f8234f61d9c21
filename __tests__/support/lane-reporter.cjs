'use strict';
const fs = require('node:fs');
const path = require('node:path');

/**
 * Ends a run with the lanes that were skipped, and what to install for them, and with one line of totals.
 * A lane that cannot run appends a line to .slipway/skipped-lanes.log (see lane.ts); a green run must not hide that.
 */
class LaneReporter {
  constructor(globalConfig) {
    this.log = path.join(globalConfig.rootDir, '.slipway', 'skipped-lanes.log');
  }

  onRunStart() {
    fs.rmSync(this.log, { force: true });
  }

  /** Jest prints its own summary after all reporters have run; what must be seen last is printed on the way out. */
  onRunComplete(_contexts, results) {
    process.once('exit', () => process.stderr.write(`${this.lines(results).join('\n')}\n`));
  }

  lines(results) {
    const skipped = fs.existsSync(this.log) ? fs.readFileSync(this.log, 'utf8').split('\n').filter(Boolean) : [];
    const lanes = [...new Set(skipped)].sort();
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const pending = results.numPendingTests + results.numTodoTests;
    return [
      ...(lanes.length > 0
        ? ['', `Skipped lanes: ${lanes.length}. They run the real parts; a pass without them proves less.`]
        : []),
      ...lanes.map(lane => `  ${lane}`),
      '',
      `${results.numPassedTests} passed, ${failed} failed, ${pending} skipped`,
    ];
  }
}

module.exports = LaneReporter;
