import { RequestError } from '../../errors/types.ts';
import { isRecord } from '../../language/check.ts';
import { nonEmpty } from '../../language/schema/fields.ts';
import { judged } from '../options/judge.ts';
import { define } from '../options/rules.ts';
import { Data, Model } from '../v2/entities.ts';
import { Environment } from '../v2/environment.ts';
import type { AssetView } from './asset-views.ts';
import { ComponentOperations, type Registrable } from './components.ts';
import { DataOperations } from './data.ts';
import { DatastoreOperations } from './datastores.ts';
import { EnvironmentOperations } from './environments.ts';
import { homeFolder } from './home.ts';
import { type JobLike, JobOperations } from './jobs.ts';
import type { JobView } from './views.ts';

/** Where the client finds jobs and assets. */
export interface MLClientOptions {
  /** The folder of jobs and assets. Default: `PARALLELRUN_HOME`, else the nearest `.parallelrun` above, else the one in the user's home. */
  readonly home?: string | undefined;
}

const rules = define<MLClientOptions>('MLClient')({ home: nonEmpty('') });

/** Jobs, data, models, environments, components and datastores of a home on this machine. Source: https://learn.microsoft.com/python/api/azure-ai-ml/azure.ai.ml.mlclient */
export class MLClient {
  /** The folder of jobs and assets; absolute. */
  readonly home: string;
  /** Jobs: start, follow, list, download, cancel. */
  readonly jobs: JobOperations;
  /** Registered data. */
  readonly data: DataOperations;
  /** Registered models. */
  readonly models: DataOperations;
  /** Registered environments. */
  readonly environments: EnvironmentOperations;
  /** Registered components. */
  readonly components: ComponentOperations;
  /** Folders under names. */
  readonly datastores: DatastoreOperations;

  /** @throws RequestError for options that are not there, and for those of a server, for which this version has no client. */
  constructor(options: MLClientOptions = {}) {
    if (isRecord(options) && 'server' in options) {
      throw new RequestError({
        code: 'no-server-client',
        message: 'This version has no client for a server: MLClient works on the home of this machine.',
        hint: 'Leave "server" and "token" out, or name a folder with "home".',
      });
    }
    this.home = homeFolder(judged(rules, options).home);
    this.jobs = new JobOperations(this.home);
    this.data = new DataOperations(this.home, 'data');
    this.models = new DataOperations(this.home, 'model');
    this.environments = new EnvironmentOperations(this.home);
    this.components = new ComponentOperations(this.home);
    this.datastores = new DatastoreOperations(this.home);
  }

  /**
   * Registers data, a model, an environment, a component or a pipeline function, or starts a job: what its own operations do.
   * @throws RequestError for what is none of these.
   */
  async createOrUpdate(entity: Data | Model | Environment | Registrable | JobLike): Promise<AssetView | JobView> {
    if (entity instanceof Model) return this.models.createOrUpdate(entity);
    if (entity instanceof Data) return this.data.createOrUpdate(entity);
    if (entity instanceof Environment) return this.environments.createOrUpdate(entity);
    return typeof entity === 'function' ? this.components.createOrUpdate(entity) : this.jobs.createOrUpdate(entity);
  }

  /** The client of the default home; there is nothing to configure. @throws RequestError for options that are not there. */
  static fromConfig(options: MLClientOptions = {}): MLClient {
    return new MLClient(options);
  }
}
