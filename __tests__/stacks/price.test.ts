import { monthlyPrice } from '../../scripts/domain/price/monthly-price';
import { resourcesOfSynth } from '../../scripts/domain/price/priced-resource';
import { environments } from '../../stacks/environments';
import type { Environment } from '../../stacks/environments/environment';
import { prod } from '../../stacks/environments/prod';
import { accountTemplate, environmentTemplate } from '../support/stacks';

const priceOf = (environment: Environment) => monthlyPrice(resourcesOfSynth(environmentTemplate(environment).json));

describe('the monthly list price', () => {
  test.each(environments.map(environment => [environment.name, environment] as const))(
    'of %s is within the budget that stands in its data',
    (_name, environment) => {
      const { totalUsd, unpriced } = priceOf(environment);
      expect(totalUsd).toBeGreaterThan(0);
      expect(totalUsd).toBeLessThanOrEqual(environment.monthlyBudgetUsd);
      expect(unpriced).toEqual([]);
    },
  );

  test('of production is meant to stay below 35 USD', () => {
    expect(prod.monthlyBudgetUsd).toBeLessThanOrEqual(35);
  });

  test.each<[string, Partial<Environment>]>([
    ['a larger node', { node: { ...prod.node, instanceType: 't3.small' } }],
    ['a standby database', { database: { ...prod.database, multiAz: true } }],
    ['a larger disk', { node: { ...prod.node, rootVolumeGiB: 100 } }],
  ])('%s breaks the budget', (_what, change) => {
    expect(priceOf({ ...prod, ...change }).totalUsd).toBeGreaterThan(prod.monthlyBudgetUsd);
  });

  test('of the account itself is nothing', () => {
    const { totalUsd, unpriced } = monthlyPrice(resourcesOfSynth(accountTemplate().json));
    expect({ totalUsd, unpriced }).toEqual({ totalUsd: 0, unpriced: [] });
  });
});
