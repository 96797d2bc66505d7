import { RequestError } from '../errors/types.ts';
import type { ComponentRegistry } from '../language/load.ts';
import type { AssetResolver } from '../store/assets.ts';

/** The registered components of a home, as the loader of job files asks for them. */
export function componentsOf(assets: AssetResolver): ComponentRegistry {
  return {
    async find({ name, which = { label: 'latest' } }) {
      try {
        return assets.resolve('component', name, which).component;
      } catch (error) {
        if (error instanceof RequestError) return undefined;
        throw error;
      }
    },
  };
}
