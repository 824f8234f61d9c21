import { DataAwsSsmParameter } from '@cdktf/provider-aws/lib/data-aws-ssm-parameter';
import type { Construct } from 'constructs';
import { InvalidValueError } from '../invalid-value';

/** What follows from the name of an instance type. */
export interface InstanceTraits {
  /** As Debian names it in its images. */
  readonly architecture: 'amd64' | 'arm64';
  /** Runs on CPU credits. */
  readonly burstable: boolean;
}

/**
 * Reads an instance type such as `t4g.micro`: family letters, generation, attributes, size. The attribute `g` is AWS's own
 * processor (arm64), while `g` as a family (`g5`) is a graphics card.
 *
 * @throws InvalidValueError for a name of another form
 */
export function instanceTraits(instanceType: string): InstanceTraits {
  const [, family, attributes] = /^([a-z]+)\d+([a-z]*)(?:-[a-z0-9]+)?\.[a-z0-9-]+$/.exec(instanceType) ?? [];
  if (family === undefined || attributes === undefined) {
    const next = 'see `aws ec2 describe-instance-types`';
    throw new InvalidValueError('instance type', instanceType, 'a type such as t3.micro or t4g.small', next);
  }
  const arm = attributes.includes('g') || family === 'a';
  return { architecture: arm ? 'arm64' : 'amd64', burstable: family === 't' };
}

/** The image to start from: the one that was asked for, or Debian's newest one of Debian 13, as Debian publishes it. */
export function machineImage(scope: Construct, architecture: string, amiId: string | undefined): string {
  if (amiId === undefined) {
    const name = `/aws/service/debian/release/13/latest/${architecture}`;
    // The plain `value` counts as secret and would hide the image in every plan.
    return new DataAwsSsmParameter(scope, 'MachineImage', { name }).insecureValue;
  }
  if (!/^ami-[0-9a-f]{8}([0-9a-f]{9})?$/.test(amiId)) {
    const next = 'remove it to use Debian 13, or see `aws ec2 describe-images`';
    throw new InvalidValueError('ami id', amiId, 'an id such as ami-0123456789abcdef0', next);
  }
  return amiId;
}
