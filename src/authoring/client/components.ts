import { RequestError } from '../../errors/types.ts';
import { registerComponent } from '../../jobs/register-component.ts';
import { version as versionRule } from '../../language/schema/fields.ts';
import { judged } from '../options/judge.ts';
import { define } from '../options/rules.ts';
import { registered } from '../v2/component.ts';
import type { Job } from '../v2/job.ts';
import { componentOf, type LooseComponent } from '../v2/loaded-component.ts';
import type { AssetFilter, AssetView, Which } from './asset-views.ts';
import { assetView, findAsset, listAssets, nameOf, setArchived } from './assets.ts';
import { withHome } from './home.ts';

/** What can be registered: a component, or a pipeline function whose options declare its inputs. */
export type Registrable = (...args: never[]) => Pick<Job, 'name'>;

/** How a component is registered. */
export interface RegisterOptions {
  /** Default: the component's own, else the next number. */
  readonly version?: string | number | undefined;
}

const registerRules = define<RegisterOptions>('createOrUpdate')({ version: versionRule('') });

/** Components of a home, by name and version. Source: https://learn.microsoft.com/python/api/azure-ai-ml/azure.ai.ml.operations.componentoperations */
export class ComponentOperations {
  readonly #home: string;
  /** Made by `MLClient`. @internal */
  constructor(home: string) {
    this.#home = home;
  }

  /**
   * Registers a component or a pipeline function, with a copy of its code; without a version of its own it gets the next number.
   * @throws RequestError for a version that is there with another content, and for what is neither.
   */
  async createOrUpdate(component: Registrable, options: RegisterOptions = {}): Promise<AssetView> {
    const { version } = judged(registerRules, options);
    const found = registered(component);
    if (found === undefined) {
      throw new RequestError({
        code: 'no-component',
        message: 'Expected a component or a pipeline function.',
        hint: 'Make one with parallelRunFunction, command, pipeline or loadComponent.',
      });
    }
    const { spec } = found;
    const name = nameOf(found.name, 'the component, which it needs to be registered');
    const origin = spec.step.component;
    const own = version === undefined ? origin.version : String(version);
    return withHome(this.#home, (store) => {
      const asset = registerComponent(store, {
        kind: 'component',
        name,
        ...(own !== undefined && { version: own }),
        ...(origin.description !== undefined && { description: origin.description }),
        tags: origin.tags ?? {},
        component: spec,
      });
      return assetView(asset);
    });
  }

  /**
   * A registered component, to be called like one that was written here.
   * @param which a version, or `{ version }` or `{ label }`. Default: the newest. @throws RequestError when it is not registered.
   */
  async get<I extends string = string, O extends string = string>(
    name: string,
    which: Which | string | number = {},
  ): Promise<LooseComponent<I, O>> {
    return componentOf((await findAsset(this.#home, 'component', name, which)).component);
  }

  /** Newest first: the newest version of each, or with a name all versions of it. */
  async list(filter: AssetFilter = {}): Promise<readonly AssetView[]> {
    return (await listAssets(this.#home, 'component', filter)).map(assetView);
  }

  /** Hides a version from lists and from `latest`; a job that names it still finds it. @throws RequestError when it is not registered. */
  async archive(name: string, which: Which | string | number = {}): Promise<void> {
    await setArchived(this.#home, 'component', name, which, true);
  }

  /** Takes an archived version back into lists. @throws RequestError when it is not registered. */
  async restore(name: string, which: Which | string | number): Promise<void> {
    await setArchived(this.#home, 'component', name, which, false);
  }
}
