import { newestBackup } from '../../../../scripts/domain/backup/newest-backup';

const now = new Date('2026-11-27T12:00:00Z');
const backup = (name: string, madeAt: string, usable = true) => ({ name, usable, madeAt: new Date(madeAt) });

describe('the newest backup', () => {
  test('is fresh within the hours, and at their end', () => {
    const backups = [backup('old', '2026-11-25T10:00:00Z'), backup('new', '2026-11-26T10:00:00Z')];
    expect(newestBackup(backups, now, 26)).toMatchObject({ fresh: true, hours: 26, newest: { name: 'new' } });
    expect(newestBackup(backups, now, 25.9).fresh).toBe(false);
  });

  test('one in the making does not count', () => {
    const backups = [backup('old', '2026-11-25T10:00:00Z'), backup('making', '2026-11-27T11:00:00Z', false)];
    expect(newestBackup(backups, now, 26)).toMatchObject({ fresh: false, newest: { name: 'old' } });
  });

  test('none is not fresh', () => {
    expect(newestBackup([], now, 26)).toEqual({ fresh: false });
  });
});
