import type { Facts } from './facts';
import { arrow, box, frame, type Look, page, words } from './svg';

const WIDTH = 1240;
const HEIGHT = 790;

const OUTSIDE: Look = { fill: '#f5f7fa', stroke: '#7b8794' };
const REGION: Look = { fill: '#fffdf7', stroke: '#b7791f' };
const VPC: Look = { fill: '#f3f9f4', stroke: '#2f855a' };
const SUBNET: Look = { fill: '#ffffff', stroke: '#68a67d' };
const COMPUTE: Look = { fill: '#fff4e6', stroke: '#c05621' };
const DATA: Look = { fill: '#ebf4ff', stroke: '#2b6cb0' };
const WATCH: Look = { fill: '#fdf2f8', stroke: '#b83280' };
const NAMES: Look = { fill: '#f4f0ff', stroke: '#6b46c1' };

/** The picture of one environment. Every number and name on it comes from the facts; only the places are chosen here. */
export function drawArchitecture(facts: Facts): string {
  const title = `What cdktf deploy ${facts.environment} makes`;
  return page(WIDTH, HEIGHT, title, [
    words([30, 42], title, { size: 21, bold: true }),
    words([30, 64], `${facts.resourceCount} resources; the facts are read from the synthesized stack`, {
      size: 13,
      ink: '#52606d',
    }),
    ...frames(facts),
    ...outside(facts),
    ...inside(facts),
    ...ways(facts),
  ]);
}

function frames({ region, vpcCidr, publicSubnets, privateSubnets, privateWay }: Facts): string[] {
  return [
    frame({ x: 255, y: 86, width: 960, height: 682 }, REGION, `AWS ${region}`),
    frame({ x: 280, y: 246, width: 550, height: 500 }, VPC, `VPC ${vpcCidr}`),
    frame({ x: 300, y: 282, width: 510, height: 282 }, SUBNET, `public subnets ${publicSubnets}`, true),
    frame({ x: 300, y: 584, width: 510, height: 144 }, SUBNET, `private subnets ${privateSubnets}`, true),
    words([314, 624], privateWay, { size: 12, ink: '#52606d' }),
  ];
}

function outside({ domain, openPorts, alarmMailbox }: Facts): string[] {
  return [
    box({ x: 30, y: 128, width: 190, height: 62 }, OUTSIDE, 'Registrar', ['delegates the domain']),
    box({ x: 30, y: 328, width: 190, height: 78 }, OUTSIDE, 'Visitors', [`https://${domain}`, openPorts]),
    box({ x: 30, y: 478, width: 190, height: 78 }, OUTSIDE, 'Team and pipeline', [
      'SSH, for one program',
      'and the database',
    ]),
    box({ x: 30, y: 680, width: 190, height: 62 }, OUTSIDE, 'Mailbox of the team', [alarmMailbox]),
  ];
}

function inside(facts: Facts): string[] {
  const { domain, zone, node, sshFrom, database, buckets, parameters, mail, alarms } = facts;
  return [
    box({ x: 280, y: 118, width: 550, height: 84 }, NAMES, `Route 53 zone ${domain}`, zone),
    box({ x: 320, y: 336, width: 130, height: 62 }, COMPUTE, 'Elastic IP', ['stays the same']),
    box({ x: 500, y: 318, width: 292, height: 102 }, COMPUTE, node[0], node.slice(1)),
    box({ x: 320, y: 474, width: 256, height: 78 }, COMPUTE, sshFrom[0], sshFrom.slice(1)),
    box({ x: 500, y: 624, width: 292, height: 86 }, DATA, database[0], database.slice(1)),
    box({ x: 900, y: 118, width: 290, height: 84 }, DATA, `${buckets.length} private buckets in S3`, buckets),
    box({ x: 900, y: 262, width: 290, height: 84 }, DATA, 'Parameters in SSM', parameters),
    box({ x: 900, y: 410, width: 290, height: 119 }, NAMES, 'Mail through SES', mail),
    box({ x: 900, y: 624, width: 290, height: 86 }, WATCH, alarms[0], alarms.slice(1)),
  ];
}

function ways({ sshPort, databasePort, mailPort }: Facts): string[] {
  return [
    arrow(
      [
        [220, 159],
        [280, 159],
      ],
      { at: [226, 150], text: 'NS' },
      true,
    ),
    arrow([
      [220, 367],
      [320, 367],
    ]),
    arrow([
      [450, 367],
      [500, 367],
    ]),
    arrow(
      [
        [220, 517],
        [320, 517],
      ],
      { at: [226, 508], text: 'IAM' },
    ),
    arrow(
      [
        [540, 474],
        [540, 420],
      ],
      { at: [548, 452], text: sshPort },
    ),
    arrow(
      [
        [730, 420],
        [730, 624],
      ],
      { at: [738, 577], text: databasePort },
    ),
    arrow([
      [792, 334],
      [850, 334],
      [850, 160],
      [900, 160],
    ]),
    arrow([
      [792, 354],
      [868, 354],
      [868, 304],
      [900, 304],
    ]),
    arrow(
      [
        [792, 374],
        [868, 374],
        [868, 466],
        [900, 466],
      ],
      { at: [872, 458], text: mailPort },
    ),
    arrow(
      [
        [792, 394],
        [850, 394],
        [850, 650],
        [900, 650],
      ],
      undefined,
      true,
    ),
    arrow(
      [
        [792, 684],
        [900, 684],
      ],
      undefined,
      true,
    ),
    arrow(
      [
        [1045, 529],
        [1045, 624],
      ],
      undefined,
      true,
    ),
    arrow([
      [1045, 710],
      [1045, 757],
      [125, 757],
      [125, 742],
    ]),
  ];
}
