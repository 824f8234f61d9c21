import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { S3Object } from '@cdktf/provider-aws/lib/s3-object';
import { AssetType, type ITerraformDependable, TerraformAsset } from 'cdktf';
import { Construct } from 'constructs';
import { InvalidValueError } from '../invalid-value';

/** Folder of the vault for programs; what a node fetches from it, it checks against a checksum in its user data. */
export const PROGRAMS = 'programs/';

export interface StoredProgramProps {
  /** Name of the bucket, known at synth or later. */
  readonly bucket: string;
  /** Path of the program on the machine that synthesizes: one executable file that begins with `#!`. */
  readonly file: string;
}

/**
 * A program that is too big for user data, as an object of the vault: `programs/deploy-<sha256>`.
 *
 * Its name has its checksum, so a changed program is another object, and a plan shows one short line for it. The new one is
 * there before the node that asks for it is made, and the old one goes after the node that had it.
 */
export class StoredProgram extends Construct {
  /** Checksum of the content, in hexadecimal digits. */
  readonly sha256: string;
  /** What has to be there before a node boots. */
  readonly object: ITerraformDependable;

  constructor(scope: Construct, id: string, props: StoredProgramProps) {
    super(scope, id);
    const content = readFileSync(props.file);
    checkInterpreter(content);
    this.sha256 = createHash('sha256').update(content).digest('hex');
    const asset = new TerraformAsset(this, 'File', { path: props.file, type: AssetType.FILE, assetHash: this.sha256 });
    this.object = new S3Object(this, 'Resource', {
      bucket: props.bucket,
      key: `${PROGRAMS}deploy-${this.sha256}`,
      source: asset.path,
      lifecycle: { createBeforeDestroy: true },
    });
  }
}

function checkInterpreter(content: Buffer): void {
  if (content.subarray(0, 3).toString('latin1') === '#!/') return;
  const firstLine = content.subarray(0, 60).toString('utf8').split('\n', 1).join('');
  const next = 'begin it with #!/usr/bin/node, as scripts/node-bundle.cjs does';
  throw new InvalidValueError('first line of the release program', firstLine, '#!/...', next);
}
