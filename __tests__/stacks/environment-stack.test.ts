import { gunzipSync } from 'node:zlib';
import { Testing } from 'cdktf';
import { EnvironmentStack } from '../../stacks/environment-stack';
import { environmentNamed, environments } from '../../stacks/environments';
import { dev } from '../../stacks/environments/dev';
import type { Environment } from '../../stacks/environments/environment';
import { prod } from '../../stacks/environments/prod';
import { site } from '../../stacks/environments/site';
import { addressesNow, pinnedAddresses } from '../support/pinned-addresses';
import { RELEASE_PROGRAM } from '../support/release-program';
import { environmentTemplate } from '../support/stacks';
import { testApp } from '../support/template';

describe('ids', () => {
  /**
   * A changed address is a destroyed and newly made resource, so it has to be seen in a review: two lines of this file.
   * After an intended change: `npm run addresses`.
   */
  test('the address of every resource is as pinned', () => {
    const now = addressesNow();
    const pinned = pinnedAddresses();
    expect(now.filter(address => !pinned.includes(address))).toEqual([]);
    expect(pinned.filter(address => !now.includes(address))).toEqual([]);
  });
});

describe('synthesis', () => {
  test('twice the same bytes', () => {
    const synthesize = () =>
      Testing.synth(
        new EnvironmentStack(testApp(), { site, environment: prod, releaseProgram: RELEASE_PROGRAM, connection: {} }),
      );
    expect(synthesize()).toBe(synthesize());
  });

  test('the state is locked, encrypted and kept under the name of the stack', () => {
    const { json } = environmentTemplate(prod);
    expect(json).toMatchObject({
      terraform: {
        required_version: '>= 1.11.0',
        required_providers: { aws: { source: 'hashicorp/aws', version: '6.25.0' } },
        backend: { s3: { bucket: site.stateBucket, key: 'prod.tfstate', encrypt: true, use_lockfile: true } },
      },
    });
    expect(JSON.stringify(json)).not.toContain('path_style');
  });

  test('an endpoint and an installed provider are used for a rehearsal only', () => {
    const connection = { endpoint: 'http://127.0.0.1:5000', providerVersion: '5.100.0' };
    const stack = new EnvironmentStack(testApp(), {
      site,
      environment: dev,
      releaseProgram: RELEASE_PROGRAM,
      connection,
    });
    const json = JSON.parse(Testing.synth(stack)) as Record<string, unknown>;
    expect(json).toMatchObject({
      terraform: { required_providers: { aws: { version: '5.100.0' } }, backend: { s3: { use_path_style: true } } },
      provider: { aws: [{ s3_use_path_style: true, max_retries: 3 }] },
    });
  });

  test('other accounts are refused when the allowed ones are named', () => {
    const guarded = { ...site, allowedAccountIds: ['123456789012'] };
    const stack = new EnvironmentStack(testApp(), {
      site: guarded,
      environment: prod,
      releaseProgram: RELEASE_PROGRAM,
      connection: {},
    });
    const { provider } = JSON.parse(Testing.synth(stack)) as { provider: { aws: Record<string, unknown>[] } };
    expect(provider.aws.map(aws => aws['allowed_account_ids'])).toEqual(provider.aws.map(() => ['123456789012']));
  });
});

describe('a third environment', () => {
  test('is one more piece of data', () => {
    const staging: Environment = {
      ...dev,
      name: 'staging',
      domain: 'staging.example.org',
      network: { ...dev.network, cidr: '10.22.0.0/16' },
    };
    const template = environmentTemplate(staging);
    const ofDev = environmentTemplate(dev);
    expect(template.resources().map(({ address }) => address)).toEqual(ofDev.resources().map(({ address }) => address));
    expect(JSON.stringify(template.json)).not.toMatch(/webshop-dev|dev\.example\.org|dev\.tfstate/);
  });

  test('is not confused with another one', () => {
    const networks = environments.map(environment => environment.network.cidr);
    expect(new Set(networks).size).toBe(networks.length);
    expect(new Set(environments.map(({ domain }) => domain)).size).toBe(environments.length);
  });
});

describe('a guest on the node of an environment', () => {
  const guests = [
    { name: 'webshop-demo', hostnames: ['demo.example.org', 'demo.example.net'], parameterPath: '/webshop/demo' },
  ];
  const template = environmentTemplate({ ...prod, node: { ...prod.node, guests } });

  test('is found under its names in the domain, as the application is', () => {
    const names = template
      .resources('aws_route53_record')
      .filter(({ values }) => values['type'] === 'A')
      .map(({ values }) => values['name']);
    expect(names.sort()).toEqual(['demo.example.org', 'example.org', 'www.example.org']);
  });

  test('has its secrets read by the node, and its release accepted', () => {
    const policy = template
      .resources('aws_iam_role_policy')
      .map(({ values }) => String(values['policy']))
      .find(text => text.includes('ReadParameters'));
    expect(policy).toContain(':parameter/webshop/demo/secrets/*');
    const packed = Buffer.from(String(template.only('aws_instance')['user_data_base64']), 'base64');
    expect(gunzipSync(packed).toString('utf8')).toContain('webshop-demo');
  });
});

describe('environmentNamed', () => {
  test('finds an environment', () => {
    expect(environmentNamed('dev')).toBe(dev);
  });

  test('fails when the name is unknown, with the names that exist', () => {
    expect(() => environmentNamed('production')).toThrow(
      'environment is "production", allowed is one of prod, dev; run `npx cdktf list` to see the stacks',
    );
  });
});
