import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { changedBy, tracesOf } from '../../scripts/rehearsal/questions';
import { prod } from '../../stacks/environments/prod';
import { dev } from '../../stacks/environments/dev';
import { site } from '../../stacks/environments/site';
import { EmulatedStage, words } from '../support/emulated-stage';
import { requireParts } from '../support/lane';

/**
 * One account's life on emulated AWS, told by the real cdktf, Terraform, AWS provider and `slipway`. The tests follow
 * one another and stand on what the one before has left; what Terraform claims is asked of AWS itself.
 */
const lane = requireParts([
  { program: 'python3', install: 'apt-get install python3 python3-venv' },
  { program: 'terraform', or: 'tofu', install: 'https://developer.hashicorp.com/terraform/install' },
]);

const MINUTE = 60_000;
const ended = new AbortController();
let cloud: EmulatedStage;
/** DKIM tokens of dev's mail identity, as it was made by hand. */
let tokensByHand: readonly string[];

interface Instance {
  readonly InstanceId: string;
  readonly State: { readonly Name: string };
  readonly InstanceType: string;
  readonly MetadataOptions: { readonly HttpTokens: string };
  readonly Tags: readonly { readonly Key: string; readonly Value: string }[];
}

async function instancesOf(environment: string): Promise<Instance[]> {
  const answer = await cloud.aws<{ Reservations: { Instances: Instance[] }[] }>('ec2', 'describe_instances');
  return answer.Reservations.flatMap(({ Instances }) => Instances).filter(
    ({ State, Tags }) =>
      State.Name !== 'terminated' && Tags.some(({ Key, Value }) => Key === 'Environment' && Value === environment),
  );
}

async function addressOf(environment: string): Promise<{ PublicIp: string; InstanceId?: string }> {
  const { Addresses: addresses } = await cloud.aws<{
    Addresses: { PublicIp: string; InstanceId?: string; Tags: { Key: string; Value: string }[] }[];
  }>('ec2', 'describe_addresses');
  const own = addresses.find(({ Tags }) =>
    Tags.some(({ Key, Value }) => Key === 'Environment' && Value === environment),
  );
  if (!own) throw new Error(`no Elastic IP of ${environment}`);
  return own;
}

/** Changes one place of the environment's data, as a user would, and takes it back afterwards. */
async function withChange<T>(
  environment: string,
  pattern: RegExp,
  replacement: string,
  then: () => Promise<T>,
): Promise<T> {
  const undo = cloud.stage.workspace.edit(`stacks/environments/${environment}.ts`, pattern, replacement);
  try {
    return await then();
  } finally {
    undo();
  }
}

beforeAll(async () => {
  if (lane.missing) return;
  cloud = await EmulatedStage.open(ended.signal);
}, 5 * MINUTE);

afterAll(async () => {
  if (!lane.missing) await cloud.stage.close();
}, MINUTE);

describe('an account from empty to production', () => {
  lane.test(
    'slipway bootstrap makes the state bucket, private, versioned and encrypted, and does nothing the second time',
    async () => {
      const first = await cloud.stage.slipway(['bootstrap']);
      expect(words(first)).toContain('exit code 0');
      const bucket = { Bucket: site.stateBucket };
      expect(await cloud.aws('s3', 'get_bucket_versioning', bucket)).toMatchObject({ Status: 'Enabled' });
      expect(await cloud.aws('s3', 'get_public_access_block', bucket)).toEqual({
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      });
      const policy = await cloud.aws<{ Policy: string }>('s3', 'get_bucket_policy', bucket);
      expect(policy.Policy).toContain('aws:SecureTransport');
      const second = await cloud.stage.slipway(['bootstrap']);
      expect(words(second)).toContain('exit code 0');
      expect(words(second)).not.toMatch(/\bset\b/);
    },
    MINUTE,
  );

  lane.test(
    'cdktf list prints the stacks',
    async () => {
      const { stdout } = await cloud.stage.cdktf('list', []);
      for (const stack of ['account', 'prod', 'dev']) expect(stdout).toMatch(new RegExp(`^\\s*${stack}\\s`, 'm'));
    },
    MINUTE,
  );

  lane.test(
    'cdktf deploy account prod dev, with dev adopting a zone and a mail identity that were made by hand',
    async () => {
      const zone = await cloud.aws<{ HostedZone: { Id: string } }>('route53', 'create_hosted_zone', {
        Name: dev.domain,
        CallerReference: 'by hand',
      });
      await cloud.aws('sesv2', 'create_email_identity', { EmailIdentity: dev.domain });
      tokensByHand = await dkimTokens(dev.domain);
      const zoneId = zone.HostedZone.Id.replace('/hostedzone/', '');
      const adopt = `adopt: { zoneId: '${zoneId}', mailIdentity: true },\n  monthlyBudgetUsd`;
      cloud.stage.workspace.edit('stacks/environments/dev.ts', /monthlyBudgetUsd/, adopt);

      const deployed = await cloud.stage.cdktf('deploy', ['account', 'prod', 'dev']);
      expect(words(deployed)).toContain('exit code 0');

      const zones = await cloud.aws<{ HostedZones: { Id: string; Name: string }[] }>('route53', 'list_hosted_zones');
      expect(zones.HostedZones.filter(({ Name }) => Name === `${dev.domain}.`).map(({ Id }) => Id)).toEqual([
        zone.HostedZone.Id,
      ]);
    },
    10 * MINUTE,
  );

  lane.test(
    'AWS has what the stacks promise',
    async () => {
      const [instance] = await instancesOf('prod');
      expect(instance).toMatchObject({
        InstanceType: prod.node.instanceType,
        MetadataOptions: { HttpTokens: 'required' },
      });
      const address = await addressOf('prod');
      expect(address.InstanceId).toBe(instance?.InstanceId);

      const { DBInstances: databases } = await cloud.aws<{ DBInstances: Record<string, unknown>[] }>(
        'rds',
        'describe_db_instances',
      );
      expect(databases.find(({ DBInstanceIdentifier: id }) => id === 'webshop-prod-mysql')).toMatchObject({
        EngineVersion: expect.stringMatching(/^8\.4/) as string,
        DBInstanceClass: prod.database.instanceClass,
        PubliclyAccessible: false,
        StorageEncrypted: true,
        DeletionProtection: true,
        BackupRetentionPeriod: prod.database.backupDays,
      });

      const records = await cloud.records(prod.domain);
      expect(records.get(`${prod.domain} A`)).toEqual([address.PublicIp]);
      expect(records.get(`www.${prod.domain} A`)).toEqual([address.PublicIp]);
      expect(records.get(`_dmarc.${prod.domain} TXT`)?.[0]).toContain('p=none');
      expect(records.get(`bounce.${prod.domain} MX`)).toEqual([`10 feedback-smtp.${site.region}.amazonses.com`]);
      for (const token of await dkimTokens(prod.domain)) {
        expect(records.get(`${token}._domainkey.${prod.domain} CNAME`)).toEqual([`${token}.dkim.amazonses.com`]);
      }
      expect(records.get(`${prod.domain} CAA`)).toEqual(expect.arrayContaining(['0 issue "letsencrypt.org"']));
    },
    MINUTE,
  );

  lane.test(
    'prod delegates to the zone that dev has adopted, and the mail identity keeps its keys',
    async () => {
      const delegation = (await cloud.records(prod.domain)).get(`${dev.domain} NS`);
      const servers = (await cloud.records(dev.domain)).get(`${dev.domain} NS`);
      const plain = (names: readonly string[] | undefined) => names?.map(name => name.replace(/\.$/, '')).sort();
      // The first deployment ran beside prod's, so the parent may not have been published yet; the next one delegates.
      if (delegation === undefined) {
        expect(words(await cloud.stage.cdktf('deploy', ['dev']))).toContain('exit code 0');
      }
      expect(plain((await cloud.records(prod.domain)).get(`${dev.domain} NS`))).toEqual(plain(servers));
      expect(await dkimTokens(dev.domain)).toEqual(tokensByHand);
    },
    3 * MINUTE,
  );

  lane.test.each(['account', 'prod', 'dev'])(
    'a second cdktf diff %s is empty',
    async stack => {
      expect(await changedBy(cloud.stage, stack)).toEqual([]);
    },
    2 * MINUTE,
  );

  lane.test(
    'a secret that an operator enters is neither overwritten nor read back',
    async () => {
      const name = `/${site.project}/prod/secrets/${prod.secrets[0] ?? ''}`;
      await cloud.aws('ssm', 'put_parameter', {
        Name: name,
        Value: 'entered-by-hand',
        Type: 'SecureString',
        Overwrite: true,
      });
      expect(await changedBy(cloud.stage, 'prod')).toEqual([]);
      const { stdout: state } = await cloud.stage.terraform('prod', ['state', 'pull']);
      expect(state).toContain(name);
      expect(state).not.toContain('entered-by-hand');
    },
    2 * MINUTE,
  );
});

async function dkimTokens(domain: string): Promise<readonly string[]> {
  const identity = await cloud.aws<{ DkimAttributes: { Tokens: string[] } }>('sesv2', 'get_email_identity', {
    EmailIdentity: domain,
  });
  return identity.DkimAttributes.Tokens;
}

describe('one change is exactly one change in cdktf diff prod', () => {
  lane.test.each<[what: string, pattern: RegExp, replacement: string, expected: RegExp[]]>([
    ['the instance type', /instanceType: 't3.micro'/, "instanceType: 't3.small'", [/^update aws_instance\.Node/]],
    [
      'the database class',
      /instanceClass: 'db.t4g.micro'/,
      "instanceClass: 'db.t3.micro'",
      [/^update aws_db_instance\.Database/],
    ],
    [
      'the time to live of the host records',
      /monthlyBudgetUsd: 35,/,
      'monthlyBudgetUsd: 35, recordTtl: 120,',
      [/^update aws_route53_record\.Domain/, /^update aws_route53_record\.Domain/],
    ],
    ['the DMARC policy', /dmarcPolicy: 'none'/, "dmarcPolicy: 'reject'", [/^update aws_route53_record\.Mail.*Dmarc/]],
    [
      'the user data',
      /acmeEmail: 'ops@example.org'/,
      "acmeEmail: 'hostmaster@example.org'",
      [
        /^create\+delete aws_eip_association\.Node/,
        /^create\+delete aws_instance\.Node/,
        /^create\+delete terraform_data\.Node/,
        // The alarms of the node watch the new one.
        /^update aws_cloudwatch_metric_alarm\.Alarms_Node/,
        /^update aws_cloudwatch_metric_alarm\.Alarms_Node/,
        /^update aws_cloudwatch_metric_alarm\.Alarms_Node/,
      ],
    ],
  ])(
    '%s',
    async (_what, pattern, replacement, expected) => {
      const changes = await withChange('prod', pattern, replacement, () => changedBy(cloud.stage, 'prod'));
      expect(changes).toHaveLength(expected.length);
      changes.sort().forEach((change, index) => expect(change).toMatch(expected[index] ?? /^$/));
    },
    2 * MINUTE,
  );
});

describe('the reviewed plan is what is applied', () => {
  const tighten = (then: () => Promise<void>) =>
    withChange('prod', /dmarcPolicy: 'none'/, "dmarcPolicy: 'quarantine'", then);

  lane.test(
    'slipway plan says what will happen and what it costs, and apply does exactly that, once',
    async () => {
      await tighten(async () => {
        const planned = await cloud.stage.slipway(['plan', 'prod', '--save']);
        expect(words(planned)).toContain('exit code 10');
        expect(planned.stdout).toMatch(/Dmarc/);
        expect(planned.stdout).toMatch(/USD/);

        const unanswered = await cloud.stage.slipway(['apply', 'prod']);
        expect(words(unanswered)).toContain('exit code 2');
        expect(unanswered.stderr).toContain('--yes');

        expect(words(await cloud.stage.slipway(['apply', 'prod', '--yes']))).toContain('exit code 0');
        expect((await cloud.records(prod.domain)).get(`_dmarc.${prod.domain} TXT`)?.[0]).toContain('p=quarantine');

        expect(words(await cloud.stage.slipway(['apply', 'prod', '--yes']))).toContain('exit code 9');
        expect(words(await cloud.stage.slipway(['plan', 'prod']))).toContain('exit code 0');
      });
    },
    4 * MINUTE,
  );

  lane.test(
    'a plan that the world has overtaken is refused',
    async () => {
      const planned = await cloud.stage.slipway(['plan', 'prod', '--save']);
      expect(words(planned)).toContain('exit code 10');
      expect(words(await cloud.stage.cdktf('deploy', ['prod']))).toContain('exit code 0');
      expect((await cloud.records(prod.domain)).get(`_dmarc.${prod.domain} TXT`)?.[0]).toContain('p=none');
      const applied = await cloud.stage.slipway(['apply', 'prod', '--yes']);
      expect(words(applied)).toContain('exit code 9');
    },
    4 * MINUTE,
  );
});

describe('what must not happen', () => {
  lane.test(
    'a second writer is refused while somebody holds the lock, with the name of the holder',
    async () => {
      const lock = { Bucket: site.stateBucket, Key: 'prod.tfstate.tflock' };
      const holder = {
        ID: 'b3c1f2de-0000-4000-8000-000000000000',
        Operation: 'OperationTypeApply',
        Info: '',
        Who: 'colleague@laptop',
        Version: '1.11.4',
        Created: '2026-01-01T00:00:00Z',
        Path: `${site.stateBucket}/prod.tfstate`,
      };
      await cloud.aws('s3', 'put_object', { ...lock, Body: JSON.stringify(holder) });
      try {
        const deployed = await cloud.stage.cdktf('deploy', ['prod']);
        expect(words(deployed)).toMatch(/exit code 1[\s\S]*colleague@laptop/);
        const planned = await cloud.stage.slipway(['plan', 'prod']);
        expect(words(planned)).toContain('exit code 3');
        expect(planned.stderr).toContain('colleague@laptop');
      } finally {
        await cloud.aws('s3', 'delete_object', lock);
      }
      expect(await changedBy(cloud.stage, 'prod')).toEqual([]);
    },
    3 * MINUTE,
  );

  lane.test(
    'cdktf destroy prod is refused and takes nothing away',
    async () => {
      const before = (await cloud.stage.inventory()).map(({ kind, id }) => `${kind} ${id}`);
      const destroyed = await cloud.stage.cdktf('destroy', ['prod']);
      expect(words(destroyed)).toMatch(/exit code 1[\s\S]*prevent_destroy/);
      expect((await cloud.stage.inventory()).map(({ kind, id }) => `${kind} ${id}`)).toEqual(before);
    },
    3 * MINUTE,
  );

  lane.test(
    'what somebody changed by hand is seen: a record by cdktf diff, an opened port by slipway drift',
    async () => {
      const { HostedZones: zones } = await cloud.aws<{ HostedZones: { Id: string; Name: string }[] }>(
        'route53',
        'list_hosted_zones',
      );
      const zone = zones.find(({ Name }) => Name === `${prod.domain}.`)?.Id ?? '';
      const { PublicIp: address } = await addressOf('prod');
      const setTtl = (seconds: number) =>
        cloud.aws('route53', 'change_resource_record_sets', {
          HostedZoneId: zone,
          ChangeBatch: {
            Changes: [
              {
                Action: 'UPSERT',
                ResourceRecordSet: {
                  Name: `${prod.domain}.`,
                  Type: 'A',
                  TTL: seconds,
                  ResourceRecords: [{ Value: address }],
                },
              },
            ],
          },
        });
      await setTtl(5);
      expect(await changedBy(cloud.stage, 'prod')).toEqual([
        expect.stringMatching(/^update aws_route53_record\.Domain/),
      ]);
      await setTtl(300);

      expect(words(await cloud.stage.slipway(['drift', 'prod']))).toContain('exit code 0');
      const { SecurityGroups: groups } = await cloud.aws<{ SecurityGroups: { GroupId: string; GroupName: string }[] }>(
        'ec2',
        'describe_security_groups',
      );
      const group = groups.find(({ GroupName }) => GroupName.startsWith('webshop-prod-node'))?.GroupId ?? '';
      await cloud.aws('ec2', 'authorize_security_group_ingress', {
        GroupId: group,
        IpPermissions: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
      });
      expect(await changedBy(cloud.stage, 'prod')).toEqual([]);
      const drift = await cloud.stage.slipway(['drift', 'prod']);
      expect(words(drift)).toContain('exit code 10');
      expect(drift.stdout).toContain('tcp 22 from 0.0.0.0/0');
      expect(drift.stdout).toContain(group);
    },
    5 * MINUTE,
  );
});

describe('a new node in the place of the old one', () => {
  const mailbox = (name: string) =>
    cloud.stage.workspace.edit('stacks/environments/dev.ts', /acmeEmail: '\w+@/, `acmeEmail: '${name}@`);

  /** Does something while nodes that are launched stay in a state. */
  async function whileNodesStay<T>(state: 'failed' | 'booting', then: () => Promise<T>): Promise<T> {
    const fault = path.join(cloud.stage.aws.faults, 'node-boot');
    writeFileSync(fault, state);
    try {
      return await then();
    } finally {
      rmSync(fault);
    }
  }

  lane.test(
    'that does not become ready leaves the address on the old one',
    async () => {
      const [old] = await instancesOf('dev');
      mailbox('hostmaster');
      const deployed = await whileNodesStay('failed', () => cloud.stage.cdktf('deploy', ['dev']));
      expect(words(deployed)).toMatch(/exit code 1[\s\S]*failed/);
      expect((await addressOf('dev')).InstanceId).toBe(old?.InstanceId);
      expect(await instancesOf('dev')).toHaveLength(2);
    },
    5 * MINUTE,
  );

  lane.test(
    'that takes too long for the person who waits: the apply can be stopped, and leaves no lock behind',
    async () => {
      const { InstanceId: serving } = await addressOf('dev');
      mailbox('webmaster');
      expect(words(await cloud.stage.slipway(['plan', 'dev', '--save']))).toContain('exit code 10');
      const patience = new AbortController();
      const stopped = await whileNodesStay('booting', () =>
        cloud.stage.slipway(['apply', 'dev', '--yes'], {
          signal: patience.signal,
          onLine: line => {
            if (line.includes('waiting up to')) patience.abort();
          },
        }),
      );
      expect(words(stopped)).toContain('exit code 2');
      const { Contents: objects } = await cloud.aws<{ Contents: { Key: string }[] }>('s3', 'list_objects_v2', {
        Bucket: site.stateBucket,
      });
      expect(objects.map(({ Key }) => Key).filter(key => key.startsWith('dev'))).toEqual(['dev.tfstate']);
      expect((await addressOf('dev')).InstanceId).toBe(serving);
    },
    5 * MINUTE,
  );

  lane.test(
    'takes over in this order: made, ready, address moved, old one removed',
    async () => {
      const running = await instancesOf('dev');
      // The two unfinished replacements are finished by yet another node, as its data has changed again.
      mailbox('postmaster');
      const deployed = await cloud.stage.cdktf('deploy', ['dev']);
      expect(words(deployed)).toContain('exit code 0');
      const order = [
        /^.*aws_instance\.Node.*: Creation complete/m,
        /^.*terraform_data\.Node.*: Creation complete/m,
        /^.*aws_eip_association\.Node.*: Creation complete/m,
        /^.*aws_instance\.Node.*: Destroying/m,
      ].map(line => deployed.stdout.search(line));
      expect(order.filter(position => position < 0)).toEqual([]);
      expect(order).toEqual([...order].sort((a, b) => a - b));

      const left = await instancesOf('dev');
      expect(left).toHaveLength(1);
      expect(running.map(({ InstanceId }) => InstanceId)).not.toContain(left[0]?.InstanceId);
      expect((await addressOf('dev')).InstanceId).toBe(left[0]?.InstanceId);
      expect(await changedBy(cloud.stage, 'dev')).toEqual([]);
    },
    5 * MINUTE,
  );
});

describe('the end of a development environment', () => {
  lane.test(
    'cdktf destroy dev leaves nothing of it and everything of prod',
    async () => {
      const before = await cloud.stage.inventory();
      expect(tracesOf('dev', before)).not.toEqual([]);
      expect(words(await cloud.stage.cdktf('destroy', ['dev']))).toContain('exit code 0');
      const after = await cloud.stage.inventory();
      expect(tracesOf('dev', after)).toEqual([]);
      expect(tracesOf('prod', after)).toEqual(tracesOf('prod', before));
    },
    5 * MINUTE,
  );
});
