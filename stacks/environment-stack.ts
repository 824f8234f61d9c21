import { TerraformOutput } from 'cdktf';
import type { Construct } from 'constructs';
import { Alarms } from '../constructs/alarms/alarms';
import { AssetBucket } from '../constructs/asset-bucket/asset-bucket';
import { MailDomain } from '../constructs/mail-domain/mail-domain';
import { MYSQL_PORT, MysqlDatabase } from '../constructs/mysql-database/mysql-database';
import { Network } from '../constructs/network/network';
import { NodeVault } from '../constructs/node-vault/node-vault';
import type { GuestStack } from '../constructs/swarm-node/guest-stack';
import { SwarmNode } from '../constructs/swarm-node/swarm-node';
import { WebDomain } from '../constructs/web-domain/web-domain';
import { type AwsConnection, AwsStack, type AwsStackProps } from './aws-stack';
import { type Environment, hostnamesOf } from './environments/environment';
import type { Site } from './environments/site';

export interface EnvironmentStackProps {
  readonly site: Site;
  readonly environment: Environment;
  /** Path of the release program's file, which the node fetches from its vault. */
  readonly releaseProgram: string;
  readonly connection: AwsConnection;
}

/** Seconds a new node may take from launch to readiness before the Elastic IP stays where it is. */
const READINESS_TIMEOUT_SECONDS = 900;

/** Route53 publishes the metrics of its health checks in this region only. */
const ROUTE53_METRICS_REGION = 'us-east-1';

/**
 * One environment of the web application, whole: `cdktf deploy` of this stack alone turns an empty account into
 * a network, a swarm node, a database, buckets, a domain, a mail domain and the alarms that watch them.
 *
 * Wiring only; what a part is made of stands in its construct, what differs between environments in `environments/`.
 */
export class EnvironmentStack extends AwsStack {
  constructor(scope: Construct, props: EnvironmentStackProps) {
    const { site, environment, releaseProgram, connection } = props;
    const base: AwsStackProps = { site, connection, environmentTag: environment.name };
    super(scope, environment.name, base);
    const name = `${site.project}-${environment.name}`;
    const bucketPrefix = `${site.bucketPrefix}-${environment.name}`;
    const parameterPath = `/${site.project}/${environment.name}`;
    const { protect, domain, adopt } = environment;
    const { instanceType, amiId, rootVolumeGiB, ssh, ...boot } = environment.node;
    const guests = boot.guests ?? [];

    const network = new Network(this, 'Network', { name, ...environment.network });

    const assets = new AssetBucket(this, 'Assets', { bucketName: `${bucketPrefix}-assets`, protect });
    const vault = new NodeVault(this, 'NodeVault', {
      name,
      bucketName: `${bucketPrefix}-node`,
      parameterPath,
      secrets: environment.secrets,
      releaseProgram,
      protect,
      guestPaths: guests.map(guest => guest.parameterPath),
    });

    const ownLabels = environment.hostLabels ?? [];
    const hostnames = hostnamesOf(environment);
    const node = new SwarmNode(this, 'Node', {
      name,
      network,
      vault,
      region: site.region,
      instanceType,
      ...(amiId !== undefined && { amiId }),
      rootVolumeGiB,
      ssh,
      protect,
      userData: { ...boot, hostnames, overlayPool: environment.network.overlayPool, forwardPort: MYSQL_PORT },
      readinessCommand: instanceId =>
        `node ../../../scripts/slipway.cjs node wait ${instanceId}` +
        ` --bucket ${vault.bucketName} --region ${site.region} --timeout ${READINESS_TIMEOUT_SECONDS}`,
    });
    assets.grantReadWrite(node.role);

    const database = new MysqlDatabase(this, 'Database', {
      name,
      network,
      ...environment.database,
      protect,
      ...(adopt?.databaseSnapshot !== undefined && { snapshotIdentifier: adopt.databaseSnapshot }),
    });
    database.allowFrom(node);

    const web = new WebDomain(this, 'Domain', {
      domain,
      ipv4: node.publicIp,
      protect,
      registryPath: `/${site.project}/zones`,
      iodefEmail: environment.alarmEmail,
      hostLabels: [...ownLabels, ...labelsIn(domain, guests)],
      ...(environment.parentDomain !== undefined && { parentDomain: environment.parentDomain }),
      ...(adopt?.zoneId !== undefined && { adoptZoneId: adopt.zoneId }),
      ...(adopt?.records && { adoptRecords: adopt.records }),
      ...(protect && { healthCheckPath: '/' }),
      ...(environment.recordTtl !== undefined && { recordTtl: environment.recordTtl }),
    });

    const alarms = new Alarms(this, 'Alarms', {
      name,
      email: environment.alarmEmail,
      instanceId: node.instanceId,
      instanceType,
      databaseIdentifier: database.identifier,
      instanceClass: environment.database.instanceClass,
      ...(web.healthCheckId !== undefined && {
        healthCheckId: web.healthCheckId,
        globalProvider: this.makeProvider('AwsGlobal', base, ROUTE53_METRICS_REGION, 'global'),
      }),
    });

    const mail = new MailDomain(this, 'Mail', {
      name,
      domain,
      zoneId: web.zoneId,
      region: site.region,
      parameterPath,
      protect,
      alarmTopicArn: alarms.topicArn,
      ...environment.mail,
      ...(adopt?.mailIdentity !== undefined && { adoptIdentity: adopt.mailIdentity }),
      ...(adopt?.records && { adoptRecords: adopt.records }),
    });

    this.output('SiteUrl', `https://${domain}`, 'Where the application answers once the domain is delegated');
    this.output('NodeAddress', node.publicIp, 'Elastic IP of the node');
    this.output('NodeInstanceId', node.instanceId, 'Instance that serves now');
    this.output('NameServers', web.nameServers, 'To be entered at the registrar, or in the parent zone');
    this.output('ZoneId', web.zoneId, 'Route53 zone of the domain');
    this.output('MailRecords', mail.records, 'DNS records that make mail from this domain trusted');
    this.output('MailSender', mail.senderAddress, 'The one address that the SMTP user may send from');
    this.output('DatabaseEndpoint', database.endpoint, 'Host name of the database, reachable from the node only');
    this.output('AssetBucketName', assets.name, 'Bucket of uploads and published assets');
    this.output('NodeVaultName', vault.bucketName, 'Private bucket of what a new node gets back');
  }

  /** An output with the same name in every environment, so that `slipway` can read it. */
  private output(name: string, value: unknown, description: string): void {
    new TerraformOutput(this, name, { value, description, staticId: true });
  }
}

/** Host names of the guests that are in the domain, relative to it. */
function labelsIn(domain: string, guests: readonly GuestStack[]): string[] {
  return guests
    .flatMap(({ hostnames }) => hostnames)
    .filter(hostname => hostname.endsWith(`.${domain}`))
    .map(hostname => hostname.slice(0, -domain.length - 1));
}
