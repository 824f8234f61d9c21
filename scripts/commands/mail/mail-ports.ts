import { awsClients } from '../../adapters/aws-clients';
import { type Clock, systemClock } from '../../adapters/clock';
import { confirm } from '../../adapters/confirm';
import { type Dns, PublicDns, ZoneDns } from '../../adapters/dns';
import { Route53Zones } from '../../adapters/hosted-zones';
import { type MailService, SesMailService } from '../../adapters/mail-service';
import type { Context } from '../context';

/** The outside world of the mail commands. */
export interface MailPorts {
  readonly service: MailService;
  readonly dns: Dns;
  readonly clock: Clock;
  readonly confirm: typeof confirm;
}

/** The real ones: SES of the context's AWS and the public DNS, or the zones of an emulated AWS, which nobody publishes. */
export function mailPorts(context: Context): MailPorts {
  const clients = awsClients(context);
  return {
    service: new SesMailService(clients),
    dns: clients.emulated ? new ZoneDns(new Route53Zones(clients)) : new PublicDns(),
    clock: systemClock,
    confirm,
  };
}
