import type { StorePlace } from '../store.ts';
import type { Environment } from './aws-credentials.ts';
import { azureBlobService } from './azure-blob.ts';
import type { AzureAccess, ServicePrincipal } from './azure-credentials.ts';
import { type ObjectStore, objectStore } from './object-store.ts';
import type { Patience } from './retry.ts';
import { s3Service } from './s3.ts';
import type { AwsKeys } from './signature-v4.ts';

export type ObjectPlace = Extract<StorePlace, { kind: 's3' | 'azure_blob' }>;

/** What gives access where it is not to be looked for in the environment. Never stored, never told. */
export type ObjectSecret =
  | ({ readonly store: 's3' } & AwsKeys)
  | { readonly store: 'azure_blob'; readonly access: AzureAccess | ServicePrincipal };

export interface Opening {
  readonly secret?: ObjectSecret;
  /** Whose that is, for messages: `the datastore sales`. */
  readonly owner?: string;
  /** Default: this process's own. */
  readonly env?: Environment;
  readonly patience?: Patience;
}

/** @throws StoreError where the settings of the environment cannot be read */
export async function openObjectStore(place: ObjectPlace, { secret, owner, env = process.env, patience }: Opening): Promise<ObjectStore> {
  switch (place.kind) {
    case 's3':
      return objectStore(await s3Service(place, env, { owner, keys: secret?.store === 's3' ? secret : undefined }), patience);
    case 'azure_blob':
      return objectStore(
        azureBlobService(place, env, { owner, access: secret?.store === 'azure_blob' ? secret.access : undefined }),
        patience,
      );
  }
}
