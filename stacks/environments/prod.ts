import type { Environment } from './environment';

export const prod: Environment = {
  name: 'prod',
  protect: true,
  domain: 'example.org',
  hostLabels: ['www'],
  monthlyBudgetUsd: 35,
  deployBranch: 'production',
  deployTags: '20????.*',
  network: {
    cidr: '10.20.0.0/16',
    availabilityZones: ['eu-central-1a', 'eu-central-1b'],
    overlayPool: '10.200.0.0/16',
  },
  node: {
    instanceType: 't3.micro',
    rootVolumeGiB: 20,
    ssh: { via: 'instance-connect' },
    deployKeys: [],
    acmeEmail: 'ops@example.org',
    acmeStaging: false,
  },
  database: {
    instanceClass: 'db.t4g.micro',
    storageGiB: 20,
    maxStorageGiB: 100,
    backupDays: 14,
    multiAz: false,
  },
  mail: {
    senderLocalPart: 'no-reply',
    dmarcPolicy: 'none',
    dmarcReportsTo: 'dmarc@example.org',
  },
  alarmEmail: 'ops@example.org',
  secrets: ['database-url', 'app-key'],
};
