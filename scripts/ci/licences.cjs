'use strict';
/**
 * The licence gate: every locked package must be under a licence that `licences.allow` of package.json lists, or be an exception
 * there, with its reason. Reads the lock file alone, so that packages of other platforms count too.
 *
 * Prints one JSON object a licence (`licence`, `packages`, `allowed`) and ends with 10 when one is not allowed.
 */
const { readFileSync } = require('node:fs');
const path = require('node:path');
const satisfies = require('spdx-satisfies');

const root = path.resolve(process.argv[2] ?? '.');
const read = file => JSON.parse(readFileSync(path.join(root, file), 'utf8'));
const { allow, exceptions } = read('package.json').licences;

const byLicence = new Map();
for (const [folder, { version, license }] of Object.entries(read('package-lock.json').packages)) {
  if (folder === '') continue;
  const name = `${folder.replace(/^.*node_modules\//, '')}@${version}`;
  const licence = license ?? 'none';
  byLicence.set(licence, [...(byLicence.get(licence) ?? []), name]);
}

let refused = 0;
const seen = new Set();
for (const [licence, packages] of [...byLicence].sort(([left], [right]) => (left < right ? -1 : 1))) {
  const others = isAllowed(licence) ? [] : packages.filter(name => !(name in exceptions));
  for (const name of packages) seen.add(name);
  process.stdout.write(`${JSON.stringify({ licence, packages: packages.length, allowed: others.length === 0 })}\n`);
  for (const name of others) {
    refused += 1;
    process.stderr.write(
      `licences: ${name} is under "${licence}", allowed is ${allow.join(', ')}; ` +
        'replace it, or name it in licences.exceptions of package.json with the reason\n',
    );
  }
}
for (const name of Object.keys(exceptions).filter(one => !seen.has(one))) {
  refused += 1;
  process.stderr.write(`licences: the exception ${name} is no locked package; remove it from package.json\n`);
}
process.exitCode = refused === 0 ? 0 : 10;

/** What is no SPDX expression, such as "Public Domain", is allowed by an exception only. */
function isAllowed(licence) {
  try {
    return satisfies(licence, allow);
  } catch {
    return false;
  }
}
