import { environments } from '../../stacks/environments';
import { before, jobsOf, pipeline, runsOf, text } from '../support/pipeline';

const workflows = Object.keys(pipeline.workflows);

describe('the pipeline', () => {
  test('changes production only after all checks, a plan and an approval, in this order', () => {
    expect(before('deploy-production', 'plan-prod')).toEqual(['lint', 'rehearsal', 'unit']);
    expect(before('deploy-production', 'hold')).toEqual(['lint', 'plan-prod', 'rehearsal', 'unit']);
    expect(before('deploy-production', 'apply-prod')).toEqual(['hold', 'lint', 'plan-prod', 'rehearsal', 'unit']);
    expect(jobsOf('deploy-production')['hold']?.type).toBe('approval');
  });

  test('changes dev after all checks', () => {
    expect(before('deploy-dev', 'apply-dev')).toEqual(['lint', 'rehearsal', 'unit']);
  });

  test('shows a plan of every environment in a pull request', () => {
    const plans = Object.values(jobsOf('review')).filter(({ job }) => job === 'plan');
    expect(plans.map(({ environment }) => environment).sort()).toEqual(environments.map(({ name }) => name).sort());
    for (const plan of plans) expect(plan.comment).toBe(true);
  });

  test.each(['lint', 'unit', 'synth', 'rehearsal'])('runs %s on every branch under review, forks included', name => {
    expect(jobsOf('review')[name]).toEqual({ job: name });
  });

  test.each(['deploy-dev', 'deploy-production'])('%s deploys from the branch that its role trusts', workflow => {
    const applies = Object.values(jobsOf(workflow)).filter(({ job }) => job === 'apply');
    expect(applies).toHaveLength(1);
    const [apply] = applies;
    const environment = environments.find(({ name }) => name === apply!.environment);
    expect(apply!.filters?.branches.only).toBe(environment!.deployBranch);
    expect(JSON.stringify(pipeline.workflows[workflow]!.when)).toContain(`["${environment!.deployBranch}",`);
    expect(apply!.context).toBe(`slipway-deploy-${environment!.name}`);
    expect(apply!['serial-group']).toContain(apply!.context!.replace('slipway-', ''));
  });

  test('gives a context to no job that a fork can start', () => {
    for (const workflow of workflows) {
      for (const { context, filters } of Object.values(jobsOf(workflow))) {
        if (context === undefined) continue;
        const { only, ignore } = filters?.branches ?? {};
        expect(only ?? ignore).toBeDefined();
        if (ignore) expect('pull/17').toMatch(new RegExp(ignore.replaceAll(/^\/|\/$/g, '')));
        else expect(environments.map(({ deployBranch }) => deployBranch)).toContain(only);
      }
    }
  });

  test('gives each kind of job its own context and no more', () => {
    for (const workflow of workflows) {
      for (const { job, context, environment } of Object.values(jobsOf(workflow))) {
        const expected: Record<string, string> = {
          plan: 'slipway-plan',
          // The role that only reads may not decrypt secrets, which a comparison with AWS does.
          drift: `slipway-deploy-${environment ?? ''}`,
          apply: `slipway-deploy-${environment ?? ''}`,
        };
        expect([workflow, job, context]).toEqual([workflow, job, expected[job]]);
      }
    }
  });

  test('signs in with a token, never with a stored key', () => {
    expect(text).not.toMatch(/AWS_ACCESS_KEY_ID|AWS_SECRET_ACCESS_KEY|AKIA/);
    expect(text).not.toMatch(/\$CIRCLE_OIDC_TOKEN\b/);
    for (const job of ['plan', 'apply', 'drift']) {
      const names = runsOf(pipeline.jobs[job]!.steps).map(({ name }) => name);
      expect(names).toContain('Sign in to AWS');
    }
  });

  test('keeps no plan outside the job that made it', () => {
    expect(text).not.toMatch(/persist_to_workspace|attach_workspace/);
    const kept = [...text.matchAll(/store_artifacts:\s+path: (\S+)/g)].map(([, folder]) => folder);
    expect(kept).toEqual(['coverage']);
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
    const known = ['checkout', 'run', 'when', 'restore_cache', 'save_cache', 'store_artifacts'];
    for (const { steps } of [...Object.values(pipeline.jobs), ...Object.values(pipeline.commands)]) {
      for (const step of steps) {
        const name = typeof step === 'string' ? step : Object.keys(step)[0];
        expect([...known, ...Object.keys(pipeline.commands)]).toContain(name);
      }
    }
  });
});
