import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { drift } from '../../../scripts/commands/drift';
import { ExitCode } from '../../../scripts/domain/exit-code';
import type { Inventory } from '../../../scripts/domain/drift/added-by-hand';
import { measuredPlan } from '../domain/plan/measured-plan';
import { fakeContext } from '../../support/fake-project';
import { fakeTerraform } from '../../support/fake-terraform';

const nothing: Inventory = { rules: [], records: [], buckets: [] };
const byHand = fakeTerraform({ plan: measuredPlan('changed-by-hand'), results: { plan: { code: 2 } } });
const clean = fakeTerraform({ plan: measuredPlan('empty-after-apply') });

test('takes no lock, so that a nightly run never blocks a deployment, and leaves no plan behind', async () => {
  const context = fakeContext({ answer: clean });
  expect(await drift({ environment: 'dev' }, () => Promise.resolve(nothing))(context)).toBe(ExitCode.Done);
  const [planned] = context.shell.commands.filter(command => command.includes(' plan '));
  expect(planned).toMatch(/ -lock=false$/);
  expect(context.shell.written).toEqual([]);
  expect(readdirSync(join(context.root, '.slipway', 'plans', 'dev'))).toEqual([]);
  expect(context.printed).toEqual(['dev: no drift']);
});

test('asks AWS for what the state manages and reports both kinds of drift', async () => {
  const context = fakeContext({ answer: byHand });
  const asked: string[] = [];
  const code = await drift({ environment: 'prod' }, (_, managed) => {
    asked.push(...managed.buckets.map(({ bucket }) => bucket));
    const rule = { ruleId: 'sgr-1', egress: false, protocol: 'tcp', fromPort: 22, toPort: 22, peer: '0.0.0.0/0' };
    return Promise.resolve({ ...nothing, rules: managed.groups.map(({ groupId }) => ({ ...rule, groupId })) });
  })(context);
  expect(code).toBe(ExitCode.Changes);
  expect(asked).toEqual(['webshop-prod-uploads']);
  expect(context.objects).toEqual([
    expect.objectContaining({
      command: 'drift',
      environment: 'prod',
      hasDrift: true,
      addedByHand: [expect.objectContaining({ what: 'ingress rule sgr-1: tcp 22 from 0.0.0.0/0' })],
    }),
  ]);
});

test('the delegation of another environment is no drift', async () => {
  const context = fakeContext({ answer: byHand });
  await drift({ environment: 'prod' }, (_, { zones }) =>
    Promise.resolve({
      ...nothing,
      records: zones.flatMap(({ zoneId }) => [
        { zoneId, name: 'dev.example.org.', type: 'NS' },
        { zoneId, name: 'hand.example.org.', type: 'TXT' },
      ]),
    }),
  )(context);
  expect(context.objects[0]?.['addedByHand']).toEqual([
    expect.objectContaining({ what: 'record hand.example.org TXT' }),
  ]);
});
