import type { StorePlace } from '../store.ts';
import type { Environment } from './aws-credentials.ts';
import { azureBlobService } from './azure-blob.ts';
import type { AzureAccess, ServicePrincipal } from './azure-credentials.ts';
import { gcsService } from './gcs.ts';
import type { GoogleCredentials } from './gcs-credentials.ts';
import { type ObjectStore, objectStore } from './object-store.ts';
import { ObjectClient, type Patience } from './retry.ts';
import { s3Service } from './s3.ts';
import type { ObjectService } from './service.ts';
import type { AwsKeys } from './signature-v4.ts';
import type { ObjectWriter } from './writer.ts';

export type ObjectPlace = Extract<StorePlace, { kind: 's3' | 'azure_blob' | 'gcs' }>;

/** What gives access where it is not to be looked for in the environment. Never stored, never told. */
export type ObjectSecret =
  | ({ readonly store: 's3' } & AwsKeys)
  | { readonly store: 'azure_blob'; readonly access: AzureAccess | ServicePrincipal }
  | { readonly store: 'gcs'; readonly account: GoogleCredentials };

export interface Opening {
  readonly secret?: ObjectSecret;
  /** Whose that is, for messages: `the datastore sales`. */
  readonly owner?: string;
  /** Default: this process's own. */
  readonly env?: Environment;
  readonly patience?: Patience;
}

/** @throws StoreError where the settings of the environment cannot be read */
export async function openObjectStore(place: ObjectPlace, opening: Opening): Promise<ObjectStore> {
  return objectStore(await serviceOf(place, opening), opening.patience);
}

/** For whoever writes there. @throws StoreError where the settings of the environment cannot be read */
export async function openObjectWriter(place: ObjectPlace, opening: Opening): Promise<ObjectWriter> {
  const client = new ObjectClient(await serviceOf(place, opening), opening.patience);
  switch (place.kind) {
    case 's3':
      return (await import('./s3-writer.ts')).s3Writer(client);
    case 'azure_blob':
      return (await import('./azure-writer.ts')).azureWriter(client);
    case 'gcs':
      return (await import('./gcs-writer.ts')).gcsWriter(client, place);
  }
}

async function serviceOf(place: ObjectPlace, { secret, owner, env = process.env }: Opening): Promise<ObjectService> {
  switch (place.kind) {
    case 's3':
      return s3Service(place, env, { owner, keys: secret?.store === 's3' ? secret : undefined });
    case 'azure_blob':
      return azureBlobService(place, env, { owner, access: secret?.store === 'azure_blob' ? secret.access : undefined });
    case 'gcs':
      return gcsService(place, env, { owner, account: secret?.store === 'gcs' ? secret.account : undefined });
  }
}
