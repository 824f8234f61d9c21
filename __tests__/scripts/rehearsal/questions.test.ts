import { tracesOf } from '../../../scripts/rehearsal/questions';

const item = (kind: string, id: string, ...labels: string[]) => ({ kind, id, labels });

describe('tracesOf', () => {
  test('finds an environment in names, tags and records', () => {
    const inventory = [
      item('Vpcs', 'vpc-1', 'webshop-dev', 'dev'),
      item('Records', 'zone dev.example.org. NS', 'dev.example.org.'),
      item('Buckets', 'example-org-webshop-dev-assets', 'example-org-webshop-dev-assets'),
      item('Parameters', '/webshop/dev/secrets/key', '/webshop/dev/secrets/key'),
    ];
    expect(tracesOf('dev', inventory)).toEqual(inventory.map(({ kind, id }) => `${kind} ${id}`));
  });

  test('is not confused by names that only contain the letters, nor by what belongs to the account', () => {
    const inventory = [
      item('Vpcs', 'vpc-2', 'webshop-prod', 'prod'),
      item('Buckets', 'devices', 'devices'),
      item('Roles', 'webshop-ci-deploy-dev', 'webshop-ci-deploy-dev'),
      item('Records', 'zone www.example.org. A', 'www.example.org.'),
    ];
    expect(tracesOf('dev', inventory)).toEqual([]);
  });
});
