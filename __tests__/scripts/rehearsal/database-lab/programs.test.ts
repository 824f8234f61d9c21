import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { startDatabase } from '../../../../scripts/rehearsal/database-lab/database-server';
import { cacheFolder, findPrograms } from '../../../../scripts/rehearsal/database-lab/programs';

describe('programs of the database lab', () => {
  let cache: string;
  const unpacked = (name: string, complete: boolean) => {
    mkdirSync(path.join(cache, name));
    if (complete) writeFileSync(path.join(cache, name, 'complete'), '');
  };

  beforeEach(() => {
    cache = mkdtempSync(path.join(tmpdir(), 'slipway-test-'));
  });

  afterEach(() => rmSync(cache, { recursive: true, force: true }));

  it('are looked for in the cache folder of the user', () => {
    expect(cacheFolder({})).toBe(path.join(homedir(), '.cache', 'slipway'));
    expect(cacheFolder({ XDG_CACHE_HOME: '/var/cache/me' })).toBe('/var/cache/me/slipway');
  });

  it('are those of the newest version that is complete', () => {
    unpacked('mysql-9.7.4', true);
    unpacked('mysql-9.10.0', true);
    unpacked('mysql-10.0.0', false);
    unpacked('mariadb-11.8.1', true);
    const programs = findPrograms('mysql', cache);
    expect(programs).toEqual({
      root: path.join(cache, 'mysql-9.10.0'),
      version: '9.10.0',
      server: path.join(cache, 'mysql-9.10.0', 'bin', 'mysqld'),
      client: path.join(cache, 'mysql-9.10.0', 'bin', 'mysql'),
    });
    expect(findPrograms('mariadb', cache)?.server).toBe(path.join(cache, 'mariadb-11.8.1', 'bin', 'mariadbd'));
  });

  it('are none when nothing was unpacked, and starting a server says what to type', async () => {
    expect(findPrograms('mysql', path.join(cache, 'nowhere'))).toBeUndefined();
    unpacked('mysql-9.7.4', false);
    await expect(startDatabase('mysql', { cache })).rejects.toThrow(
      /^mysql is missing in .*; get it with: scripts\/rehearsal\/database-lab\/install\.sh mysql$/,
    );
  });
});
