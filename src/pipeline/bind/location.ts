import type { ObjectAddress } from './object-address.ts';

/** Where data is. */
export type Location =
  | { readonly kind: 'local'; readonly path: string }
  /** To be fetched before the step starts. */
  | {
      readonly kind: 'web' /** As it may be told. */;
      readonly address: string /** With what gives access. */;
      readonly whole: () => string;
    }
  | ({ readonly kind: 'object' } & ObjectAddress);
