import type { CloudwatchMetricAlarmConfig } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import { isMicro, MICRO_CONNECTIONS } from '../mysql-database/parameters';

/** When to alarm, and what to tell the person who is woken. Whom to tell is not part of it. */
export interface AlarmRule {
  /** Construct id, and part of the address in the state. */
  readonly id: string;
  /** Behind the prefix in the alarm's name. */
  readonly suffix: string;
  /** What EC2 does by itself. */
  readonly ec2Action?: 'recover' | 'reboot';
  readonly metric: Pick<
    CloudwatchMetricAlarmConfig,
    | 'alarmDescription'
    | 'namespace'
    | 'metricName'
    | 'dimensions'
    | 'statistic'
    | 'comparisonOperator'
    | 'threshold'
    | 'period'
    | 'evaluationPeriods'
    | 'treatMissingData'
  >;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const MIB = 1024 ** 2;

/** A machine that is off or new sends no numbers, which is no reason to wake anybody: the site's own alarm sees it. */
const QUIET = { treatMissingData: 'notBreaching' };

const BELOW = { comparisonOperator: 'LessThanThreshold' };
const FROM = { comparisonOperator: 'GreaterThanOrEqualToThreshold' };

/**
 * Three hours below 20. Not sooner, because a T3 or T4g begins with none and earns 12 an hour: each new node would
 * alarm. Not later, because at 0 it falls to a tenth of its speed.
 */
const CREDITS_LOW = {
  ...QUIET,
  ...BELOW,
  metricName: 'CPUCreditBalance',
  statistic: 'Maximum',
  threshold: 20,
  period: HOUR,
  evaluationPeriods: 3,
};

/** Whether an EC2 type or RDS class lives on CPU credits: the T families, e.g. `t3.micro` and `db.t4g.micro`. */
function isBurstable(type: string): boolean {
  return /^(db\.)?t\d/.test(type);
}

/** Rules for the node. */
export function nodeRules(instanceId: string, instanceType: string): AlarmRule[] {
  const ec2 = { namespace: 'AWS/EC2', dimensions: { InstanceId: instanceId } };
  const failed = { ...ec2, ...QUIET, ...FROM, statistic: 'Maximum', threshold: 1, period: MINUTE };
  const status: AlarmRule[] = [
    {
      id: 'NodeSystem',
      suffix: 'node-system',
      ec2Action: 'recover',
      metric: {
        ...failed,
        metricName: 'StatusCheckFailed_System',
        evaluationPeriods: 2,
        alarmDescription: 'Hardware under the node failed; EC2 moves it to another host by itself',
      },
    },
    {
      id: 'NodeInstance',
      suffix: 'node-instance',
      ec2Action: 'reboot',
      metric: {
        ...failed,
        metricName: 'StatusCheckFailed_Instance',
        // One more than above, so that a reboot never gets in the way of a move.
        evaluationPeriods: 3,
        alarmDescription: 'The node does not answer its own network; EC2 reboots it by itself',
      },
    },
  ];
  const credits: AlarmRule = {
    id: 'NodeCredits',
    suffix: 'node-cpu-credits',
    metric: { ...ec2, ...CREDITS_LOW, alarmDescription: 'The node works more than its size earns: take a larger type' },
  };
  return isBurstable(instanceType) ? [...status, credits] : status;
}

/** Rules for the database. */
export function databaseRules(identifier: string, instanceClass: string): AlarmRule[] {
  const rds = { namespace: 'AWS/RDS', dimensions: { DBInstanceIdentifier: identifier } };
  const rules: AlarmRule[] = [low(rds, 'Storage', 'FreeStorageSpace', 2048), low(rds, 'Memory', 'FreeableMemory', 64)];
  if (isBurstable(instanceClass)) {
    const alarmDescription = 'The database works more than its size earns, and RDS bills it: take a larger class';
    const metric = { ...rds, ...CREDITS_LOW, alarmDescription };
    rules.push({ id: 'DatabaseCredits', suffix: 'database-cpu-credits', metric });
  }
  // Larger classes accept as many connections as their memory allows, a number that only RDS knows.
  if (isMicro(instanceClass)) {
    const metric = {
      ...rds,
      ...QUIET,
      ...FROM,
      metricName: 'DatabaseConnections',
      statistic: 'Maximum',
      threshold: 0.8 * MICRO_CONNECTIONS,
      period: 5 * MINUTE,
      evaluationPeriods: 2,
      alarmDescription: `More than 80 % of the ${MICRO_CONNECTIONS} connections are in use: look for idle ones or a leak`,
    };
    rules.push({ id: 'DatabaseConnections', suffix: 'database-connections', metric });
  }
  return rules;
}

/** Room that runs out. A quarter of an hour, in which a volume that may grow has begun to. */
function low(
  rds: Pick<AlarmRule['metric'], 'namespace' | 'dimensions'>,
  what: 'Storage' | 'Memory',
  metricName: string,
  mib: number,
): AlarmRule {
  return {
    id: `Database${what}`,
    suffix: `database-${what.toLowerCase()}`,
    metric: {
      ...rds,
      ...QUIET,
      ...BELOW,
      metricName,
      statistic: 'Average',
      threshold: mib * MIB,
      period: 5 * MINUTE,
      evaluationPeriods: 3,
      alarmDescription: `The database has less than ${mib} MiB of ${what.toLowerCase()} left`,
    },
  };
}

/** Rule for the site as the world sees it. */
export function siteRule(healthCheckId: string): AlarmRule {
  return {
    id: 'SiteDown',
    suffix: 'site-down',
    metric: {
      ...BELOW,
      namespace: 'AWS/Route53',
      metricName: 'HealthCheckStatus',
      dimensions: { HealthCheckId: healthCheckId },
      statistic: 'Minimum',
      threshold: 1,
      period: MINUTE,
      evaluationPeriods: 2,
      // A health check always reports. One that is gone is no proof that the site is up.
      treatMissingData: 'breaching',
      alarmDescription: 'The site does not answer its health check from most of the world',
    },
  };
}
