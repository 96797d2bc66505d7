import { RequestError } from '../../errors/types.ts';
import { environmentFromDocument } from '../environment-spec.ts';
import { type EnvironmentOptions, environmentDocument } from '../v2/environment.ts';
import { assetVersion, assetView, type EnvironmentView, isOneOf, type Which } from './assets.ts';
import { withHome } from './home.ts';

/** Environments of a home, by name and version. */
export class EnvironmentOperations {
  readonly #home: string;
  constructor(home: string) {
    this.#home = home;
  }

  /** Registers it; without a version it gets the next number. @throws RequestError for a wrong value, or a version that is there with another content. */
  async createOrUpdate(environment: EnvironmentOptions): Promise<EnvironmentView> {
    const { name } = environment;
    if (name === undefined)
      throw new RequestError({ code: 'missing-key', message: 'An environment needs a name to be registered.', path: 'name' });
    const spec = environmentFromDocument(environmentDocument(environment));
    return withHome(this.#home, (store) => {
      const { version } = store.assets.register({
        kind: 'environment',
        name,
        ...(spec.version !== undefined && { version: spec.version }),
        ...(spec.description !== undefined && { description: spec.description }),
        tags: spec.tags ?? {},
        environment: spec,
      });
      const asset = store.assets.resolve('environment', name, { version });
      return { ...assetView(asset), environment: asset.environment };
    });
  }

  /** @throws RequestError when it is not registered. */
  async get(name: string, which: Which = {}): Promise<EnvironmentView> {
    return withHome(this.#home, (store) => {
      const asset = store.assets.resolve('environment', name, assetVersion(which));
      return { ...assetView(asset), environment: asset.environment };
    });
  }

  /** Newest first: the newest version of each, or with a name all versions of it. */
  async list(filter: { readonly name?: string } = {}): Promise<readonly EnvironmentView[]> {
    return withHome(this.#home, (store) =>
      store.assets
        .list('environment', filter)
        .filter(isOneOf('environment'))
        .map((asset) => ({ ...assetView(asset), environment: asset.environment })),
    );
  }
}
