import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { drawArchitecture } from './draw-architecture';
import { factsOf } from './facts';
import type { SynthesizedJson } from './stack-json';

const ROOT = path.join(__dirname, '..', '..');
const ENVIRONMENT = 'prod';

/** Synthesizes the app into a folder of its own, as cdktf would. */
function synthesize(environment: string): SynthesizedJson {
  const outdir = mkdtempSync(path.join(tmpdir(), 'slipway-architecture-'));
  try {
    const env = { PATH: process.env['PATH'], CDKTF_OUTDIR: outdir };
    const { app } = JSON.parse(readFileSync(path.join(ROOT, 'cdktf.json'), 'utf8')) as { app: string };
    const answer = spawnSync(app, { cwd: ROOT, env, shell: true, encoding: 'utf8' });
    if (answer.status !== 0) throw new Error(answer.stderr);
    return JSON.parse(readFileSync(path.join(outdir, 'stacks', environment, 'cdk.tf.json'), 'utf8')) as SynthesizedJson;
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

writeFileSync(
  path.join(ROOT, 'docs', 'architecture.svg'),
  drawArchitecture(factsOf(ENVIRONMENT, synthesize(ENVIRONMENT))),
);
