import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeDataFolder } from '../../scripts/rehearsal/database-lab/data-folder';
import { cacheFolder, findPrograms, INSTALL_DATABASES } from '../../scripts/rehearsal/database-lab/programs';
import type { SwarmLab } from '../../scripts/rehearsal/swarm-lab/swarm-lab';

/** Takes the variables that the images of MySQL and MariaDB take. */
const ENTRYPOINT = `#!/bin/sh
set -eu
cat >/init.sql <<SQL
CREATE USER root@'%' IDENTIFIED BY '$MYSQL_ROOT_PASSWORD';
GRANT ALL ON *.* TO root@'%' WITH GRANT OPTION;
CREATE DATABASE $MYSQL_DATABASE CHARACTER SET utf8mb4;
SQL
exec /mariadb/bin/mariadbd --no-defaults --basedir=/mariadb/usr --datadir=/data --user=root --socket=/data/socket \\
  --bind-address=0.0.0.0 --skip-name-resolve --skip-log-bin --init-file=/init.sql
`;
const APPLETS = ['sh', 'cat', 'readlink', 'dirname'];

/** Makes an image of the database lab's MariaDB in the engine of the lab, and returns its name. */
export async function makeDatabaseImage(lab: SwarmLab): Promise<string> {
  const name = 'slipway-lab/mariadb:1';
  const programs = mariadb();
  const folder = mkdtempSync(path.join(tmpdir(), 'slipway-database-image-'));
  try {
    const root = path.join(folder, 'root');
    for (const part of ['bin', 'tmp', 'etc']) mkdirSync(path.join(root, part), { recursive: true });
    cpSync(programs.root, path.join(root, 'mariadb'), { recursive: true, verbatimSymlinks: true });
    makeDataFolder('mariadb', programs, path.join(root, 'data'));
    const busybox = execFileSync('sh', ['-c', 'command -v busybox'], { encoding: 'utf8' }).trim();
    copyFileSync(busybox, path.join(root, 'bin', 'busybox'));
    for (const applet of APPLETS) symlinkSync('busybox', path.join(root, 'bin', applet));
    writeFileSync(path.join(root, 'etc', 'passwd'), 'root:x:0:0::/:/bin/sh\n');
    writeFileSync(path.join(root, 'entrypoint'), ENTRYPOINT);
    chmodSync(path.join(root, 'entrypoint'), 0o755);
    const archive = path.join(folder, 'image.tar');
    execFileSync('tar', ['--create', '--file', archive, '--directory', root, '.']);
    const changes = ['--change', 'ENTRYPOINT ["/entrypoint"]', '--change', 'ENV PATH=/bin'];
    await lab.docker('import', ...changes, archive, name);
    return name;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function mariadb() {
  const cache = cacheFolder(process.env);
  const found = findPrograms('mariadb', cache);
  if (found !== undefined) return found;
  spawnSync(path.resolve(__dirname, '..', '..', INSTALL_DATABASES), ['mariadb'], { stdio: 'inherit' });
  const installed = findPrograms('mariadb', cache);
  if (installed === undefined) throw new Error(`there is no MariaDB in ${cache}`);
  return installed;
}
