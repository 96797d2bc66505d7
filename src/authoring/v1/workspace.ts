import { basename, dirname } from 'node:path';
import { homeFolder, ownDatastore } from '../client/home.ts';
import { Datastore } from './data/datastore.ts';

export interface WorkspaceOptions {
  /** The folder of jobs and assets. Default: `PARALLELRUN_HOME`, else the nearest `.parallelrun` above, else the one in the user's home. */
  readonly home?: string | undefined;
}

/** A home on this machine: there is no account and nothing to log in to. */
export class Workspace {
  /** Absolute. */
  readonly home: string;

  constructor({ home }: WorkspaceOptions = {}) {
    this.home = homeFolder(home);
  }

  /** The home that commands started here use. */
  static async fromConfig(options: WorkspaceOptions = {}): Promise<Workspace> {
    return new Workspace(options);
  }

  get name(): string {
    return basename(this.home) === '.parallelrun' ? basename(dirname(this.home)) : basename(this.home);
  }

  getDefaultDatastore(): Datastore {
    const { name, path } = ownDatastore(this.home);
    return new Datastore(name, path);
  }
}
