import { gunzipSync } from 'node:zlib';
import { environments } from '../../stacks/environments';
import { statementsOf } from '../support/policies';
import { allTemplates } from '../support/stacks';
import type { Resource, Template } from '../support/template';

/** Rules that hold for every resource of every stack; each failure lists the addresses that break it. */
const templates = allTemplates();
const everything = [...templates].flatMap(([stack, template]) =>
  template.resources().map(resource => ({ ...resource, stack, address: `${stack}: ${resource.address}` })),
);

/** Holds data or a name that customers and mail servers rely on. */
const STATEFUL = ['aws_db_instance', 'aws_eip', 'aws_route53_zone', 'aws_s3_bucket', 'aws_sesv2_email_identity'];

function ofType(...types: string[]) {
  return everything.filter(resource => types.includes(resource.type));
}

function addresses(resources: readonly Resource[]): string[] {
  return resources.map(resource => resource.address);
}

function template(stack: string): Template {
  const found = templates.get(stack);
  if (!found) throw new Error(`no stack ${stack}`);
  return found;
}

describe('what faces the internet', () => {
  test('only HTTP and HTTPS are open to everybody', () => {
    const open = ofType('aws_vpc_security_group_ingress_rule').filter(({ values }) => {
      const everybody = values['cidr_ipv4'] === '0.0.0.0/0' || values['cidr_ipv6'] === '::/0';
      const web = values['from_port'] === values['to_port'] && [80, 443].includes(values['from_port'] as number);
      return everybody && !web;
    });
    expect(addresses(open)).toEqual([]);
  });

  test('HTTP and HTTPS are open to everybody', () => {
    for (const { name } of environments) {
      const ports = template(name)
        .resources('aws_vpc_security_group_ingress_rule')
        .filter(({ values }) => values['cidr_ipv4'] === '0.0.0.0/0')
        .map(({ values }) => `${values['from_port'] as number}/${values['ip_protocol'] as string}`);
      expect(ports.sort()).toEqual(['443/tcp', '443/udp', '80/tcp']);
    }
  });

  test('no security group has rules of its own beside the rule resources', () => {
    const mixed = ofType('aws_security_group').filter(({ values }) => 'ingress' in values || 'egress' in values);
    expect(addresses(mixed)).toEqual([]);
  });

  test('the default security group of each network is closed', () => {
    for (const { name } of environments) {
      expect(template(name).only('aws_default_security_group')).toMatchObject({ ingress: [], egress: [] });
    }
  });

  test('no database is public', () => {
    expect(
      addresses(ofType('aws_db_instance').filter(({ values }) => values['publicly_accessible'] !== false)),
    ).toEqual([]);
  });

  test('every bucket blocks public access in all four ways and refuses plain HTTP', () => {
    for (const bucket of ofType('aws_s3_bucket')) {
      const reference = `\${${bucket.address.split(': ')[1] ?? ''}.`;
      const partsOf = (type: string) =>
        template(bucket.stack)
          .resources(type)
          .filter(({ values }) => String(values['bucket']).startsWith(reference));
      expect(partsOf('aws_s3_bucket_public_access_block').map(({ values }) => values)).toEqual([
        expect.objectContaining({
          block_public_acls: true,
          block_public_policy: true,
          ignore_public_acls: true,
          restrict_public_buckets: true,
        }),
      ]);
      expect(String(partsOf('aws_s3_bucket_policy')[0]?.values['policy'])).toContain('aws:SecureTransport');
      expect(partsOf('aws_s3_bucket_versioning')).toHaveLength(1);
      expect(partsOf('aws_s3_bucket_server_side_encryption_configuration')).toHaveLength(1);
      expect(partsOf('aws_s3_bucket_lifecycle_configuration')).toHaveLength(1);
    }
    expect(ofType('aws_s3_bucket').length).toBeGreaterThan(0);
  });
});

describe('encryption', () => {
  test('every disk is encrypted', () => {
    const plain = [
      ...ofType('aws_instance').filter(
        ({ values }) => (values['root_block_device'] as { encrypted?: boolean } | undefined)?.encrypted !== true,
      ),
      ...ofType('aws_db_instance').filter(({ values }) => values['storage_encrypted'] !== true),
      ...ofType('aws_ebs_volume').filter(({ values }) => values['encrypted'] !== true),
    ];
    expect(addresses(plain)).toEqual([]);
  });

  test('every queue is encrypted', () => {
    const plain = ofType('aws_sqs_queue').filter(
      ({ values }) => values['sqs_managed_sse_enabled'] !== true && values['kms_master_key_id'] === undefined,
    );
    expect(addresses(plain)).toEqual([]);
  });

  test('no topic uses the AWS managed key, with which SES, CloudWatch and RDS cannot deliver', () => {
    const silent = ofType('aws_sns_topic').filter(({ values }) => values['kms_master_key_id'] !== undefined);
    expect(addresses(silent)).toEqual([]);
  });

  test('every parameter that holds a secret is a SecureString', () => {
    const plain = ofType('aws_ssm_parameter').filter(
      ({ values }) => /secrets\/|password/.test(String(values['name'])) && values['type'] !== 'SecureString',
    );
    expect(addresses(plain)).toEqual([]);
  });

  test('every database connection must be encrypted', () => {
    for (const { values } of ofType('aws_db_parameter_group')) {
      expect(values['parameter']).toContainEqual(
        expect.objectContaining({ name: 'require_secure_transport', value: '1' }),
      );
    }
  });
});

describe('what must not be lost', () => {
  const stacksThat = (protect: boolean) =>
    environments.filter(environment => environment.protect === protect).map(({ name }) => name);

  test('a protected environment refuses to destroy what holds state', () => {
    const loose = ofType(...STATEFUL).filter(
      ({ stack, values }) =>
        stacksThat(true).includes(stack) &&
        (values['lifecycle'] as { prevent_destroy?: boolean } | undefined)?.prevent_destroy !== true,
    );
    expect(addresses(loose)).toEqual([]);
    for (const stack of stacksThat(true)) {
      expect(template(stack).only('aws_db_instance')).toMatchObject({
        deletion_protection: true,
        skip_final_snapshot: false,
        delete_automated_backups: false,
      });
    }
    expect(stacksThat(true)).toContain('prod');
  });

  test('an unprotected environment goes without resistance', () => {
    const stubborn = everything.filter(
      ({ stack, values }) =>
        stacksThat(false).includes(stack) &&
        ((values['lifecycle'] as { prevent_destroy?: boolean } | undefined)?.prevent_destroy === true ||
          values['deletion_protection'] === true ||
          values['skip_final_snapshot'] === false),
    );
    expect(addresses(stubborn)).toEqual([]);
    const clinging = ofType('aws_s3_bucket', 'aws_route53_zone', 'aws_iam_user').filter(
      ({ stack, values }) => stacksThat(false).includes(stack) && values['force_destroy'] !== true,
    );
    expect(addresses(clinging)).toEqual([]);
    expect(stacksThat(false)).toContain('dev');
  });
});

describe('secrets and rights', () => {
  test('user data fits and holds no secret', () => {
    for (const { values } of ofType('aws_instance')) {
      const packed = Buffer.from(String(values['user_data_base64']), 'base64');
      expect(packed.length).toBeLessThan(16_384);
      const text = gunzipSync(packed).toString('utf8');
      expect(text.startsWith('#cloud-config')).toBe(true);
      const secrets = /AKIA[0-9A-Z]{16}|PRIVATE KEY|(password|secret)["']?\s*[:=]\s*["']?[^\s"',{}]{8,}/i;
      expect(secrets.exec(text)?.[0]).toBeUndefined();
      expect(/\$\{(TfToken|aws_|data\.|var\.)[^}]*/.exec(text)?.[0]).toBeUndefined();
    }
    expect(ofType('aws_instance').length).toBe(environments.length);
  });

  test('the machine role gives its credentials to nobody but the machine', () => {
    for (const { values } of ofType('aws_instance')) {
      expect(values['metadata_options']).toMatchObject({ http_tokens: 'required', http_put_response_hop_limit: 1 });
    }
  });

  test('no policy allows a wildcard action or resource without saying why', () => {
    const unexplained = everything.flatMap(resource =>
      statementsOf(resource)
        .filter(({ effect }) => effect === 'Allow')
        .filter(
          ({ actions, resources }) =>
            [...actions.filter(action => action.includes('*')), ...resources.filter(arn => arn === '*')].length > 0,
        )
        .filter(({ sid }) => !sid.startsWith('Wildcard'))
        .map(({ sid, actions }) => `${resource.address} ${sid || '(no sid)'} ${actions.join(' ')}`),
    );
    expect(unexplained).toEqual([]);
  });

  test('every log group forgets', () => {
    const endless = ofType('aws_cloudwatch_log_group').filter(({ values }) => !Number(values['retention_in_days']));
    expect(addresses(endless)).toEqual([]);
  });

  test('every provider tags what it makes', () => {
    for (const [stack, { json }] of templates) {
      for (const provider of json.provider?.['aws'] ?? []) {
        expect(provider['default_tags']).toEqual([
          { tags: { Project: 'webshop', Environment: stack, ManagedBy: 'slipway' } },
        ]);
      }
    }
  });

  test('at most ten alarms in an environment, the number that is free', () => {
    for (const { name } of environments) {
      expect(template(name).resources('aws_cloudwatch_metric_alarm').length).toBeLessThanOrEqual(10);
    }
  });
});
