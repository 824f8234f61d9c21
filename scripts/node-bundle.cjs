'use strict';
/**
 * Bundles the release program of the node into one file that Debian's own node runs. Its bytes become a checksum in the node's
 * user data, so the same sources must give the same bytes on every machine: esbuild is pinned, and no path or time gets in.
 */
const crypto = require('node:crypto');
const path = require('node:path');
const { bundleOf } = require('./bundle.cjs');

const ENTRY = path.join('scripts', 'node', 'main.ts');
const FOLDER = path.join(path.dirname(__dirname), 'dist', 'node');
const OPTIONS = { minify: true, legalComments: 'none', charset: 'utf8', banner: { js: '#!/usr/bin/node' } };

/** Path of the bundle of a program, by default of the release program. Every synth asks for it. */
exports.nodeBundle = (entry = ENTRY) =>
  bundleOf(entry, path.join(FOLDER, `${entry.replaceAll(/[^\w.-]/g, '-')}.json`), OPTIONS, contents =>
    path.join(FOLDER, crypto.createHash('sha256').update(contents).digest('hex'), 'deploy'),
  );
