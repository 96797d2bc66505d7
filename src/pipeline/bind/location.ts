import type { ObjectAddress } from './object-address.ts';

/** Where data is. */
export type Location =
  | { readonly kind: 'local'; readonly path: string }
  /** To be fetched before the step starts. */
  | { readonly kind: 'web'; readonly url: string }
  | ({ readonly kind: 'object' } & ObjectAddress);
