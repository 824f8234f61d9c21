'use strict';
const path = require('node:path');
const Sequencer = require('@jest/test-sequencer').default;

/** Lanes that take longest, the longest first: begun last, they would be what everybody waits for. */
const LONG = [
  'node.test.ts',
  'emulated-aws.test.ts',
  'readme.test.ts',
  'release-broken.test.ts',
  'release-switch.test.ts',
];

/** Jest's own order, with the long lanes in front. */
module.exports = class LaneSequencer extends Sequencer {
  sort(tests) {
    const rank = ({ path: file }) => {
      const found = LONG.indexOf(path.basename(file));
      return found < 0 ? LONG.length : found;
    };
    return super.sort(tests).sort((one, other) => rank(one) - rank(other));
  }
};
