import { priceOfResource } from './price-of-resource';
import * as table from './price-table';
import type { PricedResource } from './priced-resource';

export interface PriceLine {
  /** Address of the resource, or of the first one that the line stands for. */
  readonly address: string;
  readonly what: string;
  readonly usd: number;
}

export interface MonthlyPrice {
  /** The sum of the lines, rounded to cents. */
  readonly totalUsd: number;
  readonly lines: readonly PriceLine[];
  /** What could not be priced, each with its address and the reason; the total is too low by these. */
  readonly unpriced: readonly string[];
  /** Where and when the prices were valid, e.g. "list prices of eu-central-1, 2026-08-01". */
  readonly basis: string;
}

/**
 * List price of a stack for a month of 730 hours, from its synthesized JSON or from a plan.
 *
 * It answers "does this change cost money", not "what will the bill be": traffic, snapshots beyond the free ones,
 * burst credits and tax are not in it, and what is billed by use stands as a stated allowance.
 *
 * @param region  where the stack is deployed; prices are those of eu-central-1 and the basis says so
 */
export function monthlyPrice(resources: readonly PricedResource[], region: string = table.PRICED_REGION): MonthlyPrice {
  const priced = resources.map(resource => ({ ...priceOfResource(resource), address: resource.address }));
  const lines: PriceLine[] = [
    ...priced.flatMap(({ address, items }) => items.map(item => ({ address, ...item }))),
    ...dynamicAddresses(resources),
    ...alarmsBeyondFree(resources),
    ...allowances(resources),
  ].map(line => ({ ...line, usd: cents(line.usd) }));
  return {
    totalUsd: cents(lines.reduce((sum, line) => sum + line.usd, 0)),
    lines,
    unpriced: priced.flatMap(({ address, unpriced }) => unpriced.map(reason => `${address}: ${reason}`)),
    basis: basisFor(region),
  };
}

/** An instance without an Elastic IP pays for the public address that it is given at start. */
function dynamicAddresses(resources: readonly PricedResource[]): PriceLine[] {
  const fixed = resources.filter(resource => resource.type === 'aws_eip_association').length;
  return resources
    .filter(({ type, values }) => type === 'aws_instance' && values['associate_public_ip_address'] === true)
    .slice(fixed)
    .map(({ address }) => ({
      address,
      what: 'public IPv4 address',
      usd: table.perHour.publicIpv4.usd * table.HOURS_PER_MONTH,
    }));
}

function alarmsBeyondFree(resources: readonly PricedResource[]): PriceLine[] {
  const billed = resources.filter(({ type }) => type === 'aws_cloudwatch_metric_alarm').slice(table.FREE_ALARMS);
  return billed.slice(0, 1).map(({ address }) => ({
    address,
    what: `${billed.length} alarm${billed.length === 1 ? '' : 's'} beyond the free ${table.FREE_ALARMS}`,
    usd: billed.length * table.perMonth.alarm.usd,
  }));
}

function allowances(resources: readonly PricedResource[]): PriceLine[] {
  return Object.entries(table.allowances).flatMap(([type, allowance]) =>
    resources
      .filter(resource => resource.type === type)
      .slice(0, 1)
      .map(({ address }) => ({ address, ...allowance })),
  );
}

function basisFor(region: string): string {
  const basis = `list prices of ${table.PRICED_REGION}, ${table.PRICED_ON}`;
  return region === table.PRICED_REGION ? basis : `${region} priced as ${table.PRICED_REGION} (${basis})`;
}

function cents(usd: number): number {
  return Math.round(usd * 100) / 100;
}
