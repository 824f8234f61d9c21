import { Testing } from 'cdktf';
import { AccountStack } from '../../stacks/account-stack';
import { environments } from '../../stacks/environments';
import { site } from '../../stacks/environments/site';
import { accountTemplate } from '../support/stacks';
import { Template, testApp } from '../support/template';

describe('AccountStack', () => {
  const template = accountTemplate();

  test('gives every environment a role that trusts its branch', () => {
    for (const { name, deployBranch } of environments) {
      const role = template
        .resources('aws_iam_role')
        .find(({ values }) => values['name'] === `webshop-ci-deploy-${name}`);
      expect(role?.values['assume_role_policy']).toContain(`${site.ci.repository}/vcs-ref/refs/heads/${deployBranch}"`);
    }
    expect(template.resources('aws_iam_role')).toHaveLength(environments.length + 1);
  });

  test('production is deployed from a branch of its own', () => {
    const branches = environments.filter(({ protect }) => protect).map(({ deployBranch }) => deployBranch);
    const others = environments.filter(({ protect }) => !protect).map(({ deployBranch }) => deployBranch);
    expect(branches).toEqual(['production']);
    expect(others).not.toContain('production');
  });

  test('watches the costs of the account with the numbers of the site', () => {
    expect(template.only('aws_budgets_budget')).toMatchObject({
      limit_amount: String(site.accountBudgetUsd),
      notification: expect.arrayContaining([
        expect.objectContaining({ subscriber_email_addresses: [site.billingEmail] }),
      ]) as unknown,
    });
  });

  test('keeps its own state, which no deploy role may read', () => {
    expect(template.json).toMatchObject({
      terraform: { backend: { s3: { bucket: site.stateBucket, key: 'account.tfstate', use_lockfile: true } } },
    });
    for (const { values } of template.resources('aws_iam_policy')) {
      expect(values['policy']).not.toContain('account.tfstate');
    }
  });

  test('a third environment is one more role', () => {
    const staging = { ...environments[0], name: 'staging', domain: 'staging.example.org', deployBranch: 'staging' };
    const more = [...environments, staging] as typeof environments;
    const stack = new AccountStack(testApp(), { site, environments: more, connection: {} });
    const before = template.resources().map(({ address }) => address);
    const after = Template.ofStack(stack)
      .resources()
      .map(({ address }) => address);
    expect(before.filter(address => !after.includes(address))).toEqual([]);
    expect(after.filter(address => !before.includes(address)).every(address => address.includes('staging'))).toBe(true);
  });

  test('synthesizes twice the same bytes', () => {
    const synthesize = () => Testing.synth(new AccountStack(testApp(), { site, environments, connection: {} }));
    expect(synthesize()).toBe(synthesize());
  });
});
