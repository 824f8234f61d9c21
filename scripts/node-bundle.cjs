'use strict';
/**
 * Bundles the release program of the node into one file that Debian's own node runs. Its bytes become a checksum in the node's
 * user data, so the same sources must give the same bytes on every machine: esbuild is pinned, and no path or time gets in.
 *
 * Every synth asks for it, so nothing is bundled while no source has changed.
 */
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const root = path.dirname(__dirname);
const ENTRY = path.join('scripts', 'node', 'main.ts');
const FOLDER = path.join(root, 'dist', 'node');

/** What a source looks like from outside; null for one that is gone. */
function look(source) {
  const found = fs.statSync(path.join(root, source), { throwIfNoEntry: false });
  return found ? `${found.mtimeMs} ${found.size}` : null;
}

/** The bundle that was made of the very same sources, or nothing. */
function kept(note) {
  try {
    const { file, sources } = JSON.parse(fs.readFileSync(note, 'utf8'));
    const same = fs.existsSync(file) && Object.entries(sources).every(([source, seen]) => look(source) === seen);
    return same ? file : undefined;
  } catch {
    return undefined;
  }
}

/** Renamed into place, as another synth may read at the same time. */
function write(file, content) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(`${file}.${process.pid}`, content);
  fs.renameSync(`${file}.${process.pid}`, file);
}

function bundle(entry, note) {
  const { metafile, outputFiles } = require('esbuild').buildSync({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: 'deploy',
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    legalComments: 'none',
    charset: 'utf8',
    banner: { js: '#!/usr/bin/node' },
    platform: 'node',
    // What Debian 13 has.
    target: 'node20',
    format: 'cjs',
    logLevel: 'error',
  });
  const [{ contents }] = outputFiles;
  const file = path.join(FOLDER, crypto.createHash('sha256').update(contents).digest('hex'), 'deploy');
  write(file, contents);
  const sources = Object.fromEntries(Object.keys(metafile.inputs).map(source => [source, look(source)]));
  write(note, JSON.stringify({ file, sources }));
  return file;
}

/** Path of the bundle of a program, by default of the release program. */
exports.nodeBundle = (entry = ENTRY) => {
  const note = path.join(FOLDER, `${entry.replaceAll(/[^\w.-]/g, '-')}.json`);
  return kept(note) ?? bundle(entry, note);
};
