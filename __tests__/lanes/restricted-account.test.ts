import { readFileSync } from 'node:fs';
import { nodeBundle } from '../../scripts/node-bundle.cjs';
import { NodeUnderAttack } from '../support/node-under-attack';
import { SSH_LANE, SshServer } from '../support/ssh-server';
import { FORWARDS } from './fixtures/ssh-attempts/forwards';
import { LOG_INS } from './fixtures/ssh-attempts/log-ins';
import { PROGRAMS } from './fixtures/ssh-attempts/programs';
import { RELEASES } from './fixtures/ssh-attempts/releases';
import { SESSIONS } from './fixtures/ssh-attempts/sessions';
import { WORDS } from './fixtures/ssh-attempts/words';

const test = SSH_LANE.test;
const program = () => readFileSync(nodeBundle(), 'utf8');

describe('a holder of a deploy key', () => {
  let node: NodeUnderAttack | undefined;

  beforeAll(async () => {
    if (SSH_LANE.missing === undefined) {
      node = await NodeUnderAttack.prepare(await SshServer.start({ program: program(), forwardPort: 3306 }));
    }
  }, 60_000);
  afterAll(() => node?.stop());

  test.each([...WORDS, ...PROGRAMS, ...FORWARDS, ...SESSIONS, ...LOG_INS, ...RELEASES])(
    'is refused $name',
    async attempt => {
      expect(await node?.violations(attempt)).toEqual([]);
    },
    60_000,
  );
});
