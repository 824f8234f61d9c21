import type { Application } from '../../stacks/environments/application';
import { ExitCode } from '../domain/exit-code';
import { mergeTargets } from '../domain/git-flow/branches';
import { SlipwayError } from '../domain/slipway-error';
import type { DeployRequest } from './deployer';
import { finalize } from './finalize';
import { takeVersion } from './release-branch';
import type { ReleasePorts } from './release-ports';
import type { ReleaseRun } from './release-run';
import type { Step } from './run-steps';

/**
 * A release, step by step: version and branch, image, staging, production, then merges and tag; what deploys publishes the assets,
 * too. Which of them there are follows from the data: without `build` and `environments` the pipeline builds and deploys what is
 * tagged.
 */
export function releaseSteps(ports: ReleasePorts, application: Application): readonly Step[] {
  return [
    branch(ports, application),
    ...imageSteps(ports),
    ...environmentSteps(ports, application),
    finish(ports, application),
  ];
}

function branch({ finalizing, now }: ReleasePorts, application: Application): Step {
  return {
    name: 'branch',
    what: () => 'take the version, with a release branch at the remote',
    work: (run, note) => takeVersion({ ...finalizing, now }, application, run, note),
  };
}

function imageSteps({ image }: ReleasePorts): Step[] {
  if (!image) return [];
  return [
    {
      name: 'build',
      what: run => `build the image of ${headOf(run).slice(0, 7)}`,
      work: async run => ({ digest: await image.build(run.version, headOf(run)) }),
    },
  ];
}

function environmentSteps(ports: ReleasePorts, { environments }: Application): Step[] {
  const { deployer, image } = ports;
  if (!environments || !deployer || !image) return [];
  const { staging, production } = environments;
  return [
    {
      name: 'staging',
      what: run => `deploy ${run.version} to ${staging}`,
      work: async run => {
        await deployer.deploy(requestOf(run, staging));
        return {};
      },
    },
    {
      name: 'verify',
      what: run => `check that ${staging} serves ${run.version}`,
      work: async run => {
        await deployer.verify(staging, run.version);
        await image.name(run.version, digestOf(run));
        return {};
      },
    },
    {
      name: 'promote',
      what: run => `promote ${run.version} from ${staging} to ${production}`,
      question: run => `${staging} serves ${run.version} (${digestOf(run)}). Promote it to ${production}?`,
      work: async run => {
        await deployer.promote({ ...requestOf(run, production), from: staging });
        return {};
      },
    },
    ...purgeSteps(ports),
  ];
}

function finish({ finalizing, image }: ReleasePorts, application: Application): Step {
  const targets = mergeTargets(application).join(' and ');
  return {
    name: 'finalize',
    what: run => `merge ${run.version} into ${targets} and tag it`,
    question: run => `Merge ${run.version} into ${targets}, tag and push it?`,
    work: async run => {
      if (image && run.digest !== undefined) await image.name(run.version, run.digest);
      await finalize(finalizing, application, run.version);
      if (image && run.digest !== undefined) await image.moveLatest(run.digest);
      return {};
    },
  };
}

/** After production serves: earlier, the CDN would fetch the old files again. */
function purgeSteps({ purge }: ReleasePorts): Step[] {
  if (!purge) return [];
  return [
    {
      name: 'purge',
      what: () => 'purge the CDN',
      work: async () => {
        await purge();
        return {};
      },
    },
  ];
}

function requestOf(run: ReleaseRun, environment: string): DeployRequest {
  const reason = run.overrides.map(({ guard, why }) => `${guard} overridden: ${why}`).join('; ');
  return {
    environment,
    version: run.version,
    commit: headOf(run),
    digest: digestOf(run),
    by: run.by,
    ...(reason !== '' && { reason }),
  };
}

function headOf(run: ReleaseRun): string {
  return required(run.head, 'commit');
}

function digestOf(run: ReleaseRun): string {
  return required(run.digest, 'image');
}

function required(value: string | undefined, what: string): string {
  if (value !== undefined) return value;
  throw new SlipwayError(
    `.slipway/run.json names no ${what}; type \`slipway abort\` and release again`,
    ExitCode.Refused,
  );
}
