import Ajv from 'ajv';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { environments } from '../../stacks/environments';
import { application } from '../../stacks/environments/application';
import { contextVariables } from '../../scripts/domain/ci/context-variables';
import { before, contextsOf, jobsOf, pipeline, runsOf, text } from '../support/pipeline';
import { started } from '../support/pipeline-trigger';

const workflows = Object.keys(pipeline.workflows);
const all = workflows.flatMap(workflow => Object.values(jobsOf(workflow)).map(job => ({ workflow, ...job })));
const CHECKS = ['coverage', 'licences', 'lint', 'rehearsal', 'unit'];
/** Jobs that change an environment; a watch does when it rolls back. */
const CHANGING = ['apply', 'deploy-commit', 'deploy-version', 'watch'];

describe('the pipeline', () => {
  test("is what CircleCI's published schema takes", () => {
    const schema = JSON.parse(
      readFileSync(path.join(__dirname, '..', 'support', 'circleci', 'schema.json'), 'utf8'),
    ) as object;
    const validate = new Ajv({ strict: false, allErrors: true, formats: { uri: URL.canParse } }).compile(schema);
    expect([validate(pipeline), validate.errors]).toEqual([true, null]);
    const broken = { ...pipeline, jobs: { ...pipeline.jobs, unit: { executor: 'node', steps: [{ run: {} }] } } };
    expect(validate(broken)).toBe(false);
  });

  test('changes the infrastructure of production only after all checks, a plan and an approval, in this order', () => {
    expect(before('deploy-production', 'plan-prod')).toEqual(CHECKS);
    expect(before('deploy-production', 'hold')).toEqual([...CHECKS, 'plan-prod'].sort());
    expect(before('deploy-production', 'apply-prod')).toEqual([...CHECKS, 'hold', 'plan-prod'].sort());
    expect(jobsOf('deploy-production')['hold']?.type).toBe('approval');
  });

  test('changes dev after all checks, its infrastructure before its application', () => {
    expect(before('deploy-dev', 'apply-dev')).toEqual(CHECKS);
    expect(before('deploy-dev', 'deploy-dev')).toEqual(['apply-dev', 'build', ...CHECKS].sort());
  });

  test('deploys a push to production after all checks and the image, with no click', () => {
    expect(before('deploy-production', 'deploy-prod')).toEqual(['build', ...CHECKS].sort());
  });

  test('deploys a version after all checks, the image and an approval', () => {
    expect(before('release', 'hold-production')).toEqual(['build', ...CHECKS].sort());
    expect(before('release', 'deploy-prod')).toEqual(['build', ...CHECKS, 'hold-production'].sort());
    expect(jobsOf('release')['hold-production']?.type).toBe('approval');
  });

  test.each(['deploy-production', 'release', 'deploy-on-demand-prod'])(
    '%s watches what production got, before somebody else may change it',
    workflow => {
      const { job, requires, 'serial-group': group } = jobsOf(workflow)['watch-prod']!;
      expect([job, requires]).toEqual(['watch', ['deploy-prod']]);
      expect(group).toBe(jobsOf(workflow)['deploy-prod']!['serial-group']);
    },
  );

  test('shows a plan of every environment in a pull request', () => {
    const plans = Object.values(jobsOf('review')).filter(({ job }) => job === 'plan');
    expect(plans.map(({ environment }) => environment).sort()).toEqual(environments.map(({ name }) => name).sort());
    for (const plan of plans) expect(plan.comment).toBe(true);
  });

  test.each([...CHECKS, 'synth'])('runs %s on every branch under review, forks included', name => {
    expect(jobsOf('review')[name]).toEqual({ job: name });
    expect(started({ branch: 'pull/17' })['review']).toContain(name);
  });

  test('splits the lanes over several machines and keeps the results of tests', () => {
    expect(pipeline.jobs['rehearsal']!.parallelism).toBeGreaterThan(1);
    for (const job of ['unit', 'rehearsal'])
      expect(pipeline.jobs[job]!.steps).toContainEqual({ store_test_results: { path: 'results' } });
  });
});

describe('what starts', () => {
  test.each([
    ['a push to production', { branch: 'production' }, ['deploy-production']],
    ['a push to master', { branch: 'master' }, ['deploy-dev']],
    ['a push to another branch', { branch: 'add-a-host' }, ['review']],
    ['a pull request of a fork', { branch: 'pull/17' }, ['review']],
    ['a release', { tag: '202611.3' }, ['release']],
    ['a hotfix', { tag: '16.03.1b' }, ['release']],
    ['a hotfix with a name', { tag: '202611.3-login' }, ['release']],
    ['a tag that is no version', { tag: 'before-the-move' }, []],
    ['the night', { branch: 'production', source: 'scheduled_pipeline' }, ['nightly']],
    ['the night on another branch', { branch: 'master', source: 'scheduled_pipeline' }, []],
    ['a build', { branch: 'master', source: 'api', parameters: { action: 'build' } }, ['build-on-demand']],
    ['a build elsewhere', { branch: 'mine', source: 'api', parameters: { action: 'build' } }, []],
    ['dev on demand', { branch: 'master', parameters: { action: 'deploy', env: 'dev' } }, ['deploy-on-demand-dev']],
    [
      'production on demand',
      { branch: 'production', parameters: { action: 'deploy', env: 'prod' } },
      ['deploy-on-demand-prod'],
    ],
    ['production on demand elsewhere', { branch: 'master', parameters: { action: 'deploy', env: 'prod' } }, []],
    ['a deploy to nowhere', { branch: 'production', parameters: { action: 'deploy' } }, []],
  ] as const)('%s', (_what, trigger, expected) => {
    expect(Object.keys(started(trigger))).toEqual(expected);
  });

  test.each([
    [{ branch: 'production' }, 'deploy-production'],
    [{ branch: 'master' }, 'deploy-dev'],
    [{ tag: '202611.3' }, 'release'],
    [{ branch: 'add-a-host' }, 'review'],
  ] as const)('%j runs every job of its workflow: none waits for one that was filtered out', (trigger, workflow) => {
    expect(started(trigger)[workflow]).toEqual(Object.keys(jobsOf(workflow)));
  });

  test('a fork gets the checks alone', () => {
    expect(started({ branch: 'pull/17' })).toEqual({ review: expect.not.arrayContaining(['plan-prod', 'plan-dev']) });
  });
});

describe('the rights of the pipeline', () => {
  test('an environment is deployed from the branch that its role trusts, or by a version', () => {
    const changing = all.filter(({ job }) => CHANGING.includes(job));
    expect(changing.map(({ workflow, job }) => `${workflow} ${job}`)).toEqual([
      'deploy-dev apply',
      'deploy-dev deploy-commit',
      'deploy-production deploy-commit',
      'deploy-production watch',
      'deploy-production apply',
      'release deploy-version',
      'release watch',
      'deploy-on-demand-dev deploy-version',
      'deploy-on-demand-prod deploy-version',
      'deploy-on-demand-prod watch',
    ]);
    for (const { workflow, environment: name, filters } of changing) {
      const { deployBranch } = environments.find(environment => environment.name === name)!;
      if (workflow === 'release') expect([name, filters?.branches?.ignore]).toEqual(['prod', '/.*/']);
      else expect([name, filters?.branches?.only]).toEqual([name, deployBranch]);
    }
  });

  test('the role that a version takes trusts tags that are versions', () => {
    const trusting = environments.filter(({ deployTags }) => deployTags !== undefined);
    expect(trusting.map(({ name }) => name)).toEqual(['prod']);
    const pattern = trusting[0]!.deployTags!.replaceAll('.', '\\.').replaceAll('?', '.').replaceAll('*', '.*');
    expect('202611.3b').toMatch(new RegExp(`^${pattern}$`));
    expect(started({ tag: '202611.3b' })).toHaveProperty('release');
  });

  test('one environment is changed by one job at a time', () => {
    for (const { job, environment, 'serial-group': group } of all) {
      const changes = CHANGING.includes(job);
      expect([job, group]).toEqual([
        job,
        changes ? `<< pipeline.project.slug >>/deploy-${environment ?? ''}` : undefined,
      ]);
    }
  });

  test('no context for a job that a fork can start', () => {
    const forked = Object.values(started({ branch: 'pull/17' })).flat();
    for (const { workflow, name, job, ...invocation } of all) {
      if (contextsOf(invocation).length === 0) continue;
      expect([workflow, forked]).not.toEqual([workflow, expect.arrayContaining([name ?? job])]);
    }
  });

  test('each kind of job has its own contexts and no more, and never those of two environments', () => {
    for (const { workflow, job, environment, ...invocation } of all) {
      const deploy = `slipway-deploy-${environment ?? ''}`;
      const expected: Record<string, string[]> = {
        plan: ['slipway-plan'],
        backup: ['slipway-plan'],
        // The role that only reads may not decrypt secrets, which a comparison with AWS does.
        drift: [deploy],
        apply: [deploy],
        build: ['slipway-release'],
        'build-on-demand': ['slipway-release'],
        'deploy-commit': ['slipway-release', deploy],
        'deploy-version': ['slipway-release', deploy],
        // The release's context has where to tell of a way back.
        watch: ['slipway-release', deploy],
      };
      expect([workflow, job, contextsOf(invocation)]).toEqual([workflow, job, expected[job] ?? []]);
    }
  });

  test('the contexts are those that `slipway ci check` asks for', () => {
    const used = new Set(all.flatMap(contextsOf));
    const asked = contextVariables(application, environments).map(({ context }) => context);
    expect([...used].sort()).toEqual([...asked].sort());
  });

  test('signs in with a token, never with a stored key', () => {
    expect(text).not.toMatch(/AWS_ACCESS_KEY_ID|AWS_SECRET_ACCESS_KEY|AKIA/);
    expect(text).not.toMatch(/\$CIRCLE_OIDC_TOKEN\b/);
    for (const job of ['plan', 'apply', 'drift', 'backup', 'deploy-commit', 'deploy-version', 'watch']) {
      const names = runsOf(pipeline.jobs[job]!.steps).map(({ name }) => name);
      expect(names).toContain('Sign in to AWS');
    }
    for (const job of ['build', 'build-on-demand']) {
      expect(runsOf(pipeline.jobs[job]!.steps).map(({ name }) => name)).not.toContain('Sign in to AWS');
    }
  });

  test('what somebody types into a parameter is never a part of a script', () => {
    const runs = [...Object.values(pipeline.commands), ...Object.values(pipeline.jobs)].flatMap(({ steps }) =>
      runsOf(steps),
    );
    for (const { command } of runs) expect(command).not.toMatch(/<< *pipeline\./);
  });

  test('keeps no plan outside the job that made it', () => {
    expect(text).not.toMatch(/persist_to_workspace|attach_workspace/);
    const kept = [...text.matchAll(/store_artifacts:\s+path: (\S+)/g)].map(([, folder]) => folder);
    expect(kept).toEqual(['coverage', 'licences.jsonl']);
    const cached = [...text.matchAll(/save_cache:\s+key: \S+ .*\s+paths: (.*)/g)].map(([, paths]) => paths);
    expect(cached).toEqual(['[~/.npm]']);
  });

  test('uses only what it defines', () => {
    for (const workflow of workflows) {
      const jobs = jobsOf(workflow);
      for (const { job, type, requires } of Object.values(jobs)) {
        if (type !== 'approval') expect(Object.keys(pipeline.jobs)).toContain(job);
        expect(Object.keys(jobs)).toEqual(expect.arrayContaining(requires ?? []));
      }
    }
    const own = ['checkout', 'run', 'when', 'restore_cache', 'save_cache'];
    const known = [...own, 'store_artifacts', 'store_test_results', 'setup_remote_docker'];
    for (const { steps } of [...Object.values(pipeline.jobs), ...Object.values(pipeline.commands)]) {
      for (const step of steps) {
        const name = typeof step === 'string' ? step : Object.keys(step)[0];
        expect([...known, ...Object.keys(pipeline.commands)]).toContain(name);
      }
    }
  });
});
