import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { deadLabs, makeLabFolder, noteOwner } from '../../../../scripts/rehearsal/swarm-lab/lab-folder';

describe('folders of labs', () => {
  let place: string;

  beforeEach(() => {
    place = mkdtempSync(path.join(tmpdir(), 'slipway-test-'));
  });

  afterEach(() => rmSync(place, { recursive: true, force: true }));

  const lab = (name: string, owner?: object) => {
    const folder = path.join(place, `slipway-swarm-${name}`);
    mkdirSync(folder);
    if (owner) writeFileSync(path.join(folder, 'owner.json'), JSON.stringify(owner));
    return folder;
  };

  it('of this process are alive, with addresses and without', () => {
    noteOwner(makeLabFolder(place), 3);
    makeLabFolder(place);
    expect(deadLabs(place)).toEqual([]);
  });

  it('are dead when their process is gone, or another has its number', () => {
    const own = readFileSync(path.join(makeLabFolder(place), 'owner.json'), 'utf8');
    const gone = lab('gone', { pid: 2 ** 22 + 1, started: '77', index: 5 });
    const reused = lab('reused', { ...(JSON.parse(own) as object), started: '1' });
    expect(deadLabs(place)).toEqual([
      { folder: gone, index: 5 },
      { folder: reused, index: undefined },
    ]);
  });

  it('keep their addresses out of it when a living lab has them by now', () => {
    noteOwner(makeLabFolder(place), 5);
    const gone = lab('gone', { pid: 2 ** 22 + 1, started: '77', index: 5 });
    expect(deadLabs(place)).toEqual([{ folder: gone, index: undefined }]);
  });

  it('without an owner are being made, until a minute has passed', () => {
    const folder = lab('new');
    expect(deadLabs(place)).toEqual([]);
    const before = Date.now() / 1000 - 61;
    utimesSync(folder, before, before);
    expect(deadLabs(place)).toEqual([{ folder, index: undefined }]);
  });

  it('are told from whatever else is there', () => {
    mkdirSync(path.join(place, 'slipway-test-x'));
    writeFileSync(path.join(place, 'owner.json'), '{}');
    expect(deadLabs(place)).toEqual([]);
  });
});
