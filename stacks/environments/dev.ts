import type { Environment } from './environment';

export const dev: Environment = {
  name: 'dev',
  protect: false,
  domain: 'dev.example.org',
  parentDomain: 'example.org',
  monthlyBudgetUsd: 35,
  deployBranch: 'master',
  network: {
    cidr: '10.21.0.0/16',
    availabilityZones: ['eu-central-1a', 'eu-central-1b'],
    overlayPool: '10.200.0.0/16',
  },
  node: {
    instanceType: 't3.micro',
    rootVolumeGiB: 20,
    ssh: { via: 'instance-connect' },
    deployKeys: [],
    acmeEmail: 'ops@example.org',
    acmeStaging: true,
  },
  database: {
    instanceClass: 'db.t4g.micro',
    storageGiB: 20,
    maxStorageGiB: 20,
    backupDays: 0,
    multiAz: false,
  },
  mail: {
    senderLocalPart: 'no-reply',
    dmarcPolicy: 'none',
    dmarcReportsTo: 'dmarc@example.org',
    allowedRecipients: ['*@simulator.amazonses.com'],
  },
  alarmEmail: 'ops@example.org',
  secrets: ['database-url', 'app-key'],
};
