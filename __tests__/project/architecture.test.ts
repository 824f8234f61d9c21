import { readFileSync } from 'node:fs';
import path from 'node:path';
import { drawArchitecture } from '../../scripts/architecture/draw-architecture';
import { factsOf } from '../../scripts/architecture/facts';
import type { Environment } from '../../stacks/environments/environment';
import { prod } from '../../stacks/environments/prod';
import { environmentTemplate } from '../support/stacks';

const committed = path.join(__dirname, '..', '..', 'docs', 'architecture.svg');

function drawn(environment: Environment): string {
  return drawArchitecture(factsOf(environment.name, environmentTemplate(environment).json));
}

describe('docs/architecture.svg', () => {
  test('shows production as it is; after a change run `npm run architecture`', () => {
    expect(readFileSync(committed, 'utf8')).toBe(drawn(prod));
  });

  test.each<[string, Environment, RegExp]>([
    ['instance type', { ...prod, node: { ...prod.node, instanceType: 't3.medium' } }, /Swarm node: t3\.medium</],
    ['network', { ...prod, network: { ...prod.network, cidr: '10.99.0.0/16' } }, /VPC 10\.99\.0\.0\/16</],
    ['backups', { ...prod, database: { ...prod.database, backupDays: 21 } }, />21 days of backups/],
    ['standby', { ...prod, database: { ...prod.database, multiAz: true } }, /a standby in a second zone/],
    ['domain', { ...prod, domain: 'example.net' }, /Route 53 zone example\.net</],
    [
      'SSH transport',
      { ...prod, node: { ...prod.node, ssh: { via: 'direct', allowedCidrs: ['198.51.100.0/24'] } } },
      />198\.51\.100\.0\/24</,
    ],
    ['secrets', { ...prod, secrets: [...prod.secrets, 'another'] }, />5 secrets/],
  ])('follows a change of the %s', (_what, environment, expected) => {
    expect(drawn(prod)).not.toMatch(expected);
    expect(drawn(environment)).toMatch(expected);
  });

  test('never shows a value that is not there', () => {
    expect(drawn(prod)).not.toMatch(/undefined|null|NaN|\$\{|\[object/);
  });
});
