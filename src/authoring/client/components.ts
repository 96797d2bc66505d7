import { RequestError } from '../../errors/types.ts';
import { registerComponent } from '../../jobs/register-component.ts';
import type { Component } from '../v2/component.ts';
import type { OutputPorts } from '../v2/job.ts';
import { componentOf, type LooseComponent } from '../v2/loaded-component.ts';
import { type AssetView, assetVersion, assetView, isOneOf, type Which } from './assets.ts';
import { withHome } from './home.ts';

/** Components of a home, by name and version. */
export class ComponentOperations {
  readonly #home: string;
  constructor(home: string) {
    this.#home = home;
  }

  /** Registers it with a copy of its code; without a version of its own it gets the next number. @throws RequestError for a version that is there with another content. */
  async createOrUpdate<I, O extends OutputPorts>(
    component: Component<I, O>,
    { version }: { readonly version?: string | number | undefined } = {},
  ): Promise<AssetView> {
    const { name, spec } = component.definition;
    if (name === undefined)
      throw new RequestError({ code: 'missing-key', message: 'A component needs a name to be registered.', path: 'name' });
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

  /** A registered component, to be called like one that was written here. @throws RequestError when it is not registered. */
  async get(name: string, which: Which = {}): Promise<LooseComponent> {
    const asset = await withHome(this.#home, (store) => store.assets.resolve('component', name, assetVersion(which)));
    return componentOf(asset.component);
  }

  /** Newest first: the newest version of each, or with a name all versions of it. */
  async list(filter: { readonly name?: string } = {}): Promise<readonly AssetView[]> {
    return withHome(this.#home, (store) => store.assets.list('component', filter).filter(isOneOf('component')).map(assetView));
  }
}
