import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SavedPlan } from '../domain/plan/saved-plan';
import { digestOf } from '../domain/plan/saved-plan';
import { ExitCode } from '../domain/exit-code';
import { SlipwayError } from '../domain/slipway-error';

/** Only the owner: a plan holds user data and passwords in clear text. */
const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;

/** A saved plan as it lies on disk. */
export interface StoredPlan {
  readonly saved: SavedPlan;
  readonly file: string;
  readonly planDigest: string;
}

/** Keeps at most one reviewed plan of an environment, in `.slipway/plans/<environment>/`. */
export class PlanStore {
  private readonly folder: string;

  constructor(
    root: string,
    private readonly environment: string,
  ) {
    this.folder = join(root, '.slipway', 'plans', environment);
  }

  /** File that a new plan may be written to; it does not touch a saved one. */
  async draft(): Promise<string> {
    await mkdir(this.folder, { recursive: true, mode: PRIVATE_FOLDER });
    await chmod(this.folder, PRIVATE_FOLDER);
    await this.discardDraft();
    return this.path('draft');
  }

  async discardDraft(): Promise<void> {
    await rm(this.path('draft'), { force: true });
  }

  /** Makes the draft the saved plan. The manifest is written last: without it there is no saved plan. */
  async save(manifest: Omit<SavedPlan, 'environment' | 'planDigest'>): Promise<void> {
    await this.remove();
    await chmod(this.path('draft'), PRIVATE_FILE);
    await rename(this.path('draft'), this.path('plan'));
    const planDigest = digestOf(await readFile(this.path('plan')));
    const saved: SavedPlan = { environment: this.environment, planDigest, ...manifest };
    await writeFile(this.path('manifest.json'), `${JSON.stringify(saved, null, 2)}\n`, { mode: PRIVATE_FILE });
  }

  /** @throws SlipwayError when nothing is saved */
  async read(): Promise<StoredPlan> {
    try {
      const saved = JSON.parse(await readFile(this.path('manifest.json'), 'utf8')) as SavedPlan;
      const file = this.path('plan');
      return { saved, file, planDigest: digestOf(await readFile(file)) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      throw new SlipwayError(
        `no plan of ${this.environment} is saved; review one first: slipway plan ${this.environment} --save`,
        ExitCode.Refused,
      );
    }
  }

  async remove(): Promise<void> {
    await rm(this.path('manifest.json'), { force: true });
    await rm(this.path('plan'), { force: true });
  }

  private path(name: 'draft' | 'plan' | 'manifest.json'): string {
    return join(this.folder, name);
  }
}
