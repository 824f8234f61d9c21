import { backupCheck } from '../../../scripts/commands/backup';
import { AwsServer, queryError } from '../../support/aws-server';
import { useTestCredentials } from '../../support/aws-credentials';
import { recordingContext } from '../../support/recording-context';

interface Snapshot {
  readonly name: string;
  readonly status: string;
  readonly at: string;
}

const page = (snapshots: readonly Snapshot[], marker = '') =>
  '<DescribeDBSnapshotsResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><DescribeDBSnapshotsResult>' +
  `<DBSnapshots>${snapshots
    .map(
      ({ name, status, at }) =>
        `<DBSnapshot><DBSnapshotIdentifier>${name}</DBSnapshotIdentifier><Status>${status}</Status>` +
        `<SnapshotCreateTime>${at}</SnapshotCreateTime></DBSnapshot>`,
    )
    .join('')}</DBSnapshots>${marker === '' ? '' : `<Marker>${marker}</Marker>`}</DescribeDBSnapshotsResult>` +
  '<ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></DescribeDBSnapshotsResponse>';

useTestCredentials();

describe('backup check', () => {
  let aws: AwsServer;
  let answers: (() => { status: number; body?: string })[];
  beforeEach(async () => {
    answers = [];
    aws = await AwsServer.start(() => answers.shift()!());
  });
  afterEach(() => aws.stop());

  const context = () =>
    recordingContext({
      env: { AWS_ENDPOINT_URL: aws.url },
      now: () => new Date('2026-11-27T12:00:00Z'),
    });

  test('looks through all pages for the automated backups of the database', async () => {
    answers = [
      () => ({ status: 200, body: page([{ name: 'rds:a', status: 'available', at: '2026-11-20T03:00:00Z' }], 'next') }),
      () => ({ status: 200, body: page([{ name: 'rds:b', status: 'available', at: '2026-11-27T03:00:00Z' }]) }),
    ];
    const given = context();
    expect(await backupCheck({ environment: 'prod', maxHours: 26 })(given)).toBe(0);
    expect(given.printed).toEqual(['newest backup of prod: rds:b, 9.0 h old, allowed are 26 h']);
    expect(given.objects).toEqual([
      {
        command: 'backup check',
        environment: 'prod',
        fresh: true,
        maxHours: 26,
        newest: 'rds:b',
        madeAt: '2026-11-27T03:00:00.000Z',
        hours: 9,
      },
    ]);
    const asked = aws.requests.map(({ body }) => new URLSearchParams(body));
    for (const question of asked) {
      expect(question.get('DBInstanceIdentifier')).toBe('webshop-prod-mysql');
      expect(question.get('SnapshotType')).toBe('automated');
    }
    expect(asked[1]?.get('Marker')).toBe('next');
  });

  test.each([
    [[], 'none that is usable'],
    [[{ name: 'rds:a', status: 'creating', at: '2026-11-27T11:00:00Z' }], 'none that is usable'],
    [[{ name: 'rds:a', status: 'available', at: '2026-11-26T09:00:00Z' }], 'rds:a, 27.0 h old'],
  ])('ends with 10 for %j', async (snapshots, said) => {
    answers = [() => ({ status: 200, body: page(snapshots) })];
    const given = context();
    expect(await backupCheck({ environment: 'prod', maxHours: 26 })(given)).toBe(10);
    expect(given.printed[0]).toBe(
      `newest backup of prod: ${said}, allowed are 26 h; look at the events of webshop-prod-mysql in RDS`,
    );
  });

  test('an environment without backups says so instead of asking', async () => {
    await expect(backupCheck({ environment: 'dev', maxHours: 26 })(context())).rejects.toThrow(
      /^dev keeps no backups: database\.backupDays is 0; set it to 1 or more in stacks\/environments\/dev\.ts$/,
    );
    expect(aws.requests).toEqual([]);
  });

  test('what AWS refuses is told in a line', async () => {
    answers = [() => queryError(403, 'AccessDenied', 'not authorized to perform: rds:DescribeDBSnapshots')];
    await expect(backupCheck({ environment: 'prod', maxHours: 26 })(context())).rejects.toThrow(
      'access denied to rds:DescribeDBSnapshots while listing the backups of webshop-prod-mysql',
    );
  });
});
