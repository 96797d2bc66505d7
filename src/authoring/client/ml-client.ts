import { RequestError } from '../../errors/types.ts';
import { DataOperations } from './assets.ts';
import { ComponentOperations } from './components.ts';
import { EnvironmentOperations } from './environments.ts';
import { homeFolder } from './home.ts';
import { JobOperations } from './jobs.ts';

export interface MLClientOptions {
  /** The folder of jobs and assets. Default: `PARALLELRUN_HOME`, else the nearest `.parallelrun` above, else the one in the user's home. */
  readonly home?: string | undefined;
}

/** Jobs, data, models, environments and components of a home on this machine. */
export class MLClient {
  /** Absolute. */
  readonly home: string;
  readonly jobs: JobOperations;
  readonly data: DataOperations;
  readonly models: DataOperations;
  readonly environments: EnvironmentOperations;
  readonly components: ComponentOperations;

  constructor(options: MLClientOptions = {}) {
    if ('server' in options) {
      throw new RequestError({
        code: 'no-server-client',
        message: 'This version has no client for a server: MLClient works on the home of this machine.',
        hint: 'Leave "server" and "token" out, or name a folder with "home".',
      });
    }
    this.home = homeFolder(options.home);
    this.jobs = new JobOperations(this.home);
    this.data = new DataOperations(this.home, 'data');
    this.models = new DataOperations(this.home, 'model');
    this.environments = new EnvironmentOperations(this.home);
    this.components = new ComponentOperations(this.home);
  }
}
