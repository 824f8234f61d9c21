import { site } from '../../../stacks/environments/site';
import { awsClients } from '../../adapters/aws-clients';
import { type CallerIdentity, callerIdentity } from '../../adapters/caller-identity';
import { type Dns, PublicDns, ZoneDns } from '../../adapters/dns';
import { type HostedZones, Route53Zones } from '../../adapters/hosted-zones';
import { type MailService, SesMailService } from '../../adapters/mail-service';
import { StateBucket } from '../../adapters/state-bucket';
import type { Context } from '../context';

/** The outside world of `slipway doctor`, besides the programs that the context's shell runs. */
export interface DoctorPorts {
  readonly region: string;
  /** Whether AWS is an emulator, whose zones nobody publishes. */
  readonly emulated: boolean;
  readonly dns: Dns;
  readonly zones: HostedZones;
  readonly mail: MailService;
  identity(): Promise<CallerIdentity>;
  stateBucket(account: string): Pick<StateBucket, 'exists' | 'properties' | 'lockOf'>;
}

export function doctorPorts(context: Context): DoctorPorts {
  const clients = awsClients(context);
  const zones = new Route53Zones(clients);
  return {
    region: clients.region,
    emulated: clients.emulated,
    dns: clients.emulated ? new ZoneDns(zones) : new PublicDns(),
    zones,
    mail: new SesMailService(clients),
    identity: () => callerIdentity(clients),
    stateBucket: account => new StateBucket(clients, { name: site.stateBucket, account, project: site.project }),
  };
}
