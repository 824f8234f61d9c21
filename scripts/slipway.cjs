#!/usr/bin/env node
/**
 * Starts the release tool from its bundle, dist/slipway.cjs, and makes the bundle first when a source is newer:
 * starting TypeScript directly costs a second a call, and a stale bundle would tell yesterday's truth.
 */
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const v8 = require('node:v8');

// Garbage is collected in small portions: a migration of any size, like every other command, stays in a small container.
v8.setFlagsFromString('--semi-space-growth-factor=1');

const root = path.dirname(__dirname);
const bundle = path.join(root, 'dist', 'slipway.cjs');

function newestSource(folder) {
  let newest = 0;
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) newest = Math.max(newest, newestSource(file));
    else if (/\.(ts|json)$/.test(entry.name)) newest = Math.max(newest, fs.statSync(file).mtimeMs);
  }
  return newest;
}

const built = fs.existsSync(bundle) ? fs.statSync(bundle).mtimeMs : 0;
if (['scripts', 'stacks/environments', 'stacks/swarm'].some(folder => newestSource(path.join(root, folder)) > built)) {
  // Several commands may start at once (Terraform runs one while another waits for it): none may read half a bundle.
  const fresh = `${bundle}.${process.pid}`;
  require('esbuild').buildSync({
    entryPoints: [path.join(root, 'scripts', 'cli.ts')],
    outfile: fresh,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'error',
  });
  fs.renameSync(fresh, bundle);
}
process.env.SLIPWAY_ROOT ??= root;
// The SDK says six lines about the next Node at every call; `engines` in package.json says what is supported.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
require(bundle).start();
