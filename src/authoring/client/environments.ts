import type { AssetOf } from '../../store/assets.ts';
import { environmentFromDocument } from '../environment-spec.ts';
import { judged } from '../options/judge.ts';
import { inOurWords } from '../options/words.ts';
import { type Environment, type EnvironmentOptions, environmentDocument, environmentRules } from '../v2/environment.ts';
import type { AssetFilter, EnvironmentView, Which } from './asset-views.ts';
import { assetView, findAsset, listAssets, nameOf, setArchived } from './assets.ts';
import { withHome } from './home.ts';

/** Environments of a home, by name and version. Source: https://learn.microsoft.com/python/api/azure-ai-ml/azure.ai.ml.operations.environmentoperations */
export class EnvironmentOperations {
  readonly #home: string;
  /** Made by `MLClient`. @internal */
  constructor(home: string) {
    this.#home = home;
  }

  /** Registers it; without a version it gets the next number. @throws RequestError for a wrong name or value, or a version that is there with another content. */
  async createOrUpdate(environment: Environment | EnvironmentOptions): Promise<EnvironmentView> {
    const given = judged(environmentRules, environment);
    const name = nameOf(given.name, 'the environment');
    const spec = inOurWords(() => environmentFromDocument(environmentDocument(given)));
    return withHome(this.#home, (store) => {
      const { version } = store.assets.register({
        kind: 'environment',
        name,
        ...(spec.version !== undefined && { version: spec.version }),
        ...(spec.description !== undefined && { description: spec.description }),
        tags: spec.tags ?? {},
        environment: spec,
      });
      return environmentView(store.assets.resolve('environment', name, { version }));
    });
  }

  /** @param which a version, or `{ version }` or `{ label }`. Default: the newest. @throws RequestError when it is not registered. */
  async get(name: string, which: Which | string | number = {}): Promise<EnvironmentView> {
    return environmentView(await findAsset(this.#home, 'environment', name, which));
  }

  /** Newest first: the newest version of each, or with a name all versions of it. */
  async list(filter: AssetFilter = {}): Promise<readonly EnvironmentView[]> {
    return (await listAssets(this.#home, 'environment', filter)).map(environmentView);
  }

  /** Hides a version from lists and from `latest`; a job that names it still finds it. @throws RequestError when it is not registered. */
  async archive(name: string, which: Which | string | number = {}): Promise<void> {
    await setArchived(this.#home, 'environment', name, which, true);
  }

  /** Takes an archived version back into lists. @throws RequestError when it is not registered. */
  async restore(name: string, which: Which | string | number): Promise<void> {
    await setArchived(this.#home, 'environment', name, which, false);
  }
}

function environmentView(asset: AssetOf<'environment'>): EnvironmentView {
  return { ...assetView(asset), environment: asset.environment };
}
