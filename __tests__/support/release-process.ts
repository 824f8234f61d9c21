import { release, resume } from '../../scripts/release/release';
import { Platform, portsOf, RELEASED } from './release-world';

/**
 * A release in a process of its own, which kills itself where it is told to: `before 3` is when the third step is written down
 * as begun and nothing of it is done, `after 3` when all of it is done and that is not written down.
 */
const [verb = '', folder = '', state = '', kill = ''] = process.argv.slice(2);
let count = 0;

function dieIf(moment: string): Promise<void> {
  if (kill !== `${moment} ${count}`) return Promise.resolve();
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => undefined);
}

const ports = {
  ...portsOf({ folder, env: process.env, platform: new Platform(state), log: line => console.log(line) }),
  timed: async <T>(_what: string, work: () => Promise<T>) => {
    count += 1;
    await dieIf('before');
    const answer = await work();
    await dieIf('after');
    return answer;
  },
};
const wish = { guards: [] };
void (verb === 'resume' ? resume(ports, RELEASED) : release(ports, RELEASED, wish));
