import path from 'node:path';
import { ProcessShell, type Result } from '../../scripts/adapters/shell';
import { prepareToolchain, Stage, type Toolchain } from '../../scripts/rehearsal/stage';

const ROOT = path.join(__dirname, '..', '..');

/** Calls one operation of the AWS API through boto3 and answers what AWS said, with dates as text. */
const CALL = `
import boto3, json, sys
service, operation, arguments = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
answer = getattr(boto3.client(service), operation)(**arguments)
answer.pop("ResponseMetadata", None)
body = answer.pop("Body", None)
if body is not None: answer["Body"] = body.read().decode()
print(json.dumps(answer, default=str))
`;

/** An emulated AWS for a lane, with the AWS API beside it to ask what Terraform claims. */
export class EmulatedStage {
  private constructor(
    readonly stage: Stage,
    private readonly toolchain: Toolchain,
  ) {}

  static async open(signal: AbortSignal): Promise<EmulatedStage> {
    const shell = new ProcessShell({ env: process.env });
    const toolchain = await prepareToolchain(ROOT, process.env, shell, signal);
    return new EmulatedStage(await Stage.open(ROOT, process.env, toolchain, signal), toolchain);
  }

  /** Asks AWS; `operation` in boto3's spelling, e.g. `describe_instances`. */
  async aws<Answer>(service: string, operation: string, request: object = {}): Promise<Answer> {
    const python = path.join(this.toolchain.python, 'python');
    const shell = new ProcessShell({ env: this.stage.env });
    const answer = await shell.run([python, '-c', CALL, service, operation, JSON.stringify(request)], { write: true });
    if (answer.code !== 0) throw new Error(`${service}.${operation}: ${answer.stderr}`);
    return JSON.parse(answer.stdout) as Answer;
  }

  /** Records of the zone of a domain as `NAME TYPE` -> values; empty when there is no such zone. */
  async records(domain: string): Promise<Map<string, readonly string[]>> {
    const { HostedZones: zones } = await this.aws<{ HostedZones: { Id: string; Name: string }[] }>(
      'route53',
      'list_hosted_zones',
    );
    const zone = zones.find(({ Name: name }) => name === `${domain}.`);
    if (!zone) return new Map();
    const { ResourceRecordSets: sets } = await this.aws<{
      ResourceRecordSets: { Name: string; Type: string; ResourceRecords: { Value: string }[] }[];
    }>('route53', 'list_resource_record_sets', { HostedZoneId: zone.Id });
    return new Map(
      sets.map(set => [`${set.Name.replace(/\.$/, '')} ${set.Type}`, set.ResourceRecords.map(({ Value }) => Value)]),
    );
  }
}

/** All that a program has said, for an expectation that must show it when it fails. */
export function words({ code, stdout, stderr }: Result): string {
  return `exit code ${code}\n${stdout}\n${stderr}`;
}
