import { basename, dirname } from 'node:path';
import { homeFolder, ownDatastore } from '../client/home.ts';
import { Datastore } from './data/datastore.ts';
import { Options } from './options/judge.ts';
import { named, nonEmptyText, optional } from './options/rules.ts';

/** Which home. */
export interface WorkspaceOptions {
  /** The folder of jobs and assets. Default: `PARALLELRUN_HOME`, else the nearest `.parallelrun` above, else the one in the user's home. */
  readonly home?: string | undefined;
}

const OPTIONS = new Options<WorkspaceOptions>('Workspace', { home: optional(named('a folder', nonEmptyText)) });

/** A home on this machine: there is no account and nothing to log in to. Source: azureml.core.Workspace. */
export class Workspace {
  /** Absolute. */
  readonly home: string;

  /** @throws RequestError for an option that is none. */
  constructor(options: WorkspaceOptions = {}) {
    this.home = homeFolder(OPTIONS.judge(options).home);
  }

  /** The home that commands started here use. */
  static async fromConfig(options: WorkspaceOptions = {}): Promise<Workspace> {
    return new Workspace(options);
  }

  /** The home's folder, by name. */
  get name(): string {
    return basename(this.home) === '.parallelrun' ? basename(dirname(this.home)) : basename(this.home);
  }

  /** The datastore that every home has, `workspaceblobstore`. */
  getDefaultDatastore(): Datastore {
    const { name, path } = ownDatastore(this.home);
    return new Datastore(name, path, this.home);
  }
}
