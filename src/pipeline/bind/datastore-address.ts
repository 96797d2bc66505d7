/** From a path in a datastore to where that is, and what gives access to it. */
import { join } from 'node:path';
import type { AzureAccess, ServicePrincipal } from '../../data/stores/object/azure-credentials.ts';
import type { ObjectSecret } from '../../data/stores/object/open.ts';
import type { DatastoreCredentials } from '../../language/datastores.ts';
import type { AssetOf } from '../../store/assets.ts';
import { credentialsOf } from '../../store/credentials.ts';
import type { Location } from './location.ts';
import type { ObjectAddress } from './object-address.ts';

/** Pure but for what gives access, which is read when it is asked for. */
export function inDatastore({ name, place }: AssetOf<'datastore'>, path: string, home: string): Location {
  const address = `azureml://datastores/${name}/paths/${path}`;
  const owner = `the datastore ${name}`;
  const key = path.replace(/\/+$/, '');
  const credentials = () => credentialsOf(home, name);
  switch (place.type) {
    case 'local':
    case 'azure_file':
      return { kind: 'local', path: join(place.path, path) };
    case 'azure_blob':
    case 'azure_data_lake_gen2': {
      const { account, container, endpoint } = place;
      const access = (): ObjectSecret | undefined => azureSecret(account, credentials());
      const at: ObjectAddress['place'] = { kind: 'azure_blob', account, container, ...(endpoint !== undefined && { endpoint }) };
      return { kind: 'object', address, place: at, path: key, access, owner };
    }
    case 's3': {
      const { type: _, ...where } = place;
      return { kind: 'object', address, place: { kind: 's3', ...where }, path: key, access: () => s3Secret(credentials()), owner };
    }
    case 'gcs': {
      const { bucket, endpoint } = place;
      const given = credentials();
      if (given?.kind === 'access_key') {
        // With an HMAC key the service speaks as S3 does: https://cloud.google.com/storage/docs/interoperability
        const at: ObjectAddress['place'] = { kind: 's3', bucket, endpoint: endpoint ?? 'https://storage.googleapis.com', region: 'auto' };
        return { kind: 'object', address, place: at, path: key, access: () => s3Secret(credentials()), owner };
      }
      const at: ObjectAddress['place'] = { kind: 'gcs', bucket, ...(endpoint !== undefined && { endpoint }) };
      return { kind: 'object', address, place: at, path: key, access: () => gcsSecret(credentials()), owner };
    }
  }
}

function gcsSecret(credentials: DatastoreCredentials | undefined): ObjectSecret | undefined {
  return credentials?.kind === 'service_account' ? { store: 'gcs', account: JSON.parse(credentials.json) } : undefined;
}

function azureSecret(account: string, credentials: DatastoreCredentials | undefined): ObjectSecret | undefined {
  const access = azureAccess(account, credentials);
  return access === undefined ? undefined : { store: 'azure_blob', access };
}

function azureAccess(account: string, credentials: DatastoreCredentials | undefined): AzureAccess | ServicePrincipal | undefined {
  switch (credentials?.kind) {
    case 'account_key':
      return { kind: 'key', account, key: credentials.accountKey };
    case 'sas_token':
      return { kind: 'signature', query: credentials.sasToken };
    case 'service_principal': {
      const { tenantId: tenant, clientId: client, clientSecret: secret, authorityUrl, resourceUrl } = credentials;
      return {
        ...{ kind: 'principal', tenant, client, secret },
        ...(authorityUrl !== undefined && { authority: authorityUrl }),
        ...(resourceUrl !== undefined && { resource: resourceUrl }),
      };
    }
    default:
      return undefined;
  }
}

function s3Secret(credentials: DatastoreCredentials | undefined): ObjectSecret | undefined {
  if (credentials?.kind !== 'access_key') return undefined;
  const { kind: _, ...keys } = credentials;
  return { store: 's3', ...keys };
}
