'use strict';
/** Bundles a program's sources into one file, and does not as long as it is made of the very same sources. */
const fs = require('node:fs');
const path = require('node:path');

const root = path.dirname(__dirname);

/**
 * What a source looks like from outside; null for one that is gone.
 *
 * @param begin  one that has changed since counts as gone, in milliseconds since 1970
 */
function look(source, begin = Infinity) {
  const found = fs.statSync(path.join(root, source), { throwIfNoEntry: false });
  return found && found.mtimeMs < begin ? `${found.mtimeMs} ${found.size}` : null;
}

/** The bundle that was made of the very same sources in the same way, or nothing. */
function kept(note, way) {
  try {
    const { sources, ...earlier } = JSON.parse(fs.readFileSync(note, 'utf8'));
    const file = path.join(root, earlier.file);
    if (earlier.way !== way || !fs.existsSync(file)) return undefined;
    const same = Object.entries(sources).every(([source, seen]) => seen !== null && look(source) === seen);
    return same ? file : undefined;
  } catch {
    return undefined;
  }
}

/** Renames a file into place, as another run may read at the same time: Terraform starts one while another waits for it. */
function write(file, content) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(`${file}.${process.pid}`, content);
  fs.renameSync(`${file}.${process.pid}`, file);
}

const OPTIONS = {
  outfile: 'bundle',
  bundle: true,
  write: false,
  metafile: true,
  platform: 'node',
  // What Debian 13 has, and the oldest that `engines` in package.json allows.
  target: 'node20',
  format: 'cjs',
  logLevel: 'error',
};

function make(note, options, fileOf) {
  const begin = Date.now();
  const { metafile, outputFiles } = require('esbuild').buildSync({ ...options, absWorkingDir: root });
  const [{ contents }] = outputFiles;
  const file = fileOf(contents);
  write(file, contents);
  // What is edited meanwhile may be in the bundle or not.
  const sources = Object.keys(metafile.inputs).map(source => [source, look(source, begin)]);
  // Relative, so that a copy of the project has a bundle of its own.
  const made = { file: path.relative(root, file), sources: Object.fromEntries(sources), way: JSON.stringify(options) };
  write(note, JSON.stringify(made));
  return file;
}

/**
 * Path of the bundle of a program.
 *
 * @param entry    its first source, relative to the project
 * @param note     file that says what the bundle was made of
 * @param options  for esbuild, beside those that every program of ours has
 * @param fileOf   where a bundle of this content belongs
 */
exports.bundleOf = (entry, note, options, fileOf) => {
  const all = { ...OPTIONS, ...options, entryPoints: [entry] };
  return kept(note, JSON.stringify(all)) ?? make(note, all, fileOf);
};
exports.write = write;
