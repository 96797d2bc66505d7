/**
 * Datastore files: Azure's own (https://learn.microsoft.com/azure/machine-learning/reference-yaml-datastore-blob, and the pages beside it), and the
 * same for folders, S3 and Google Cloud Storage.
 */
import * as z from 'zod';
import { registered } from './assets.ts';
import { hidden, nonEmpty, strict, text } from './fields.ts';

export const DATASTORE_TYPES = ['local', 'azure_blob', 'azure_data_lake_gen2', 'azure_file', 's3', 'gcs'] as const;
export type DatastoreType = (typeof DATASTORE_TYPES)[number];

const secret = (description: string) =>
  hidden(nonEmpty(`${description} \`\${env:NAME}\` takes it from the environment variable NAME when the datastore is created.`)).optional();

const common = {
  $schema: registered.$schema,
  name: registered.name,
  id: registered.id,
  description: registered.description,
  tags: registered.tags,
};

function typed<const Type extends DatastoreType>(type: Type) {
  return z.string().describe(`\`${type}\``);
}

const azureCredentials = hidden(
  strict({
    account_key: secret('The key of the account.'),
    sas_token: secret('A shared access signature: the text behind the `?` of a signed address.'),
    tenant_id: text('Of a service principal.').optional(),
    client_id: text('Of a service principal.').optional(),
    client_secret: secret('Of a service principal.'),
    authority_url: text('Who signs it in. Default: `https://login.microsoftonline.com`.').optional(),
    authority_uri: text('The same.').optional(),
    resource_url: text('What it signs in to. Default: `https://storage.azure.com/`.').optional(),
    certificate: secret('Not read here.'),
    thumbprint: text('Not read here.').optional(),
  }),
)
  .nullish()
  .describe('Who asks. Default: whoever this machine is signed in as.');

const azureAccount = {
  ...common,
  account_name: nonEmpty('The storage account.'),
  endpoint: nonEmpty('`core.windows.net` (default), that of another cloud, or the address of the account on another server.').optional(),
  protocol: nonEmpty('`https` (default) or `http`.').optional(),
  credentials: azureCredentials,
};

export const datastoreSchemas = {
  local: strict({
    ...common,
    type: typed('local').optional(),
    path: nonEmpty('The folder, relative to this file; made when it is not there.'),
  }),
  azure_blob: strict({ ...azureAccount, type: typed('azure_blob'), container_name: nonEmpty('The container.') }),
  azure_data_lake_gen2: strict({ ...azureAccount, type: typed('azure_data_lake_gen2'), filesystem: nonEmpty('The file system.') }),
  azure_file: strict({
    ...azureAccount,
    type: typed('azure_file'),
    file_share_name: nonEmpty('The file share.'),
    path: nonEmpty('Where the share is mounted on this machine: required here. Ours.').optional(),
  }),
  s3: strict({
    ...common,
    type: typed('s3'),
    bucket: nonEmpty('The bucket.'),
    endpoint: nonEmpty('The address of a server other than Amazon’s.').optional(),
    region: nonEmpty('The region. Default: what the AWS profile says; a wrong one is found out.').optional(),
    credentials: hidden(
      strict({
        access_key_id: text('The access key.').optional(),
        secret_access_key: secret('The secret key.'),
        session_token: secret('With keys that are good for some time.'),
        profile: text('A profile of this machine’s AWS settings, in place of keys.').optional(),
      }),
    )
      .nullish()
      .describe('Who asks. Default: whoever the AWS settings of this machine say.'),
  }),
  gcs: strict({
    ...common,
    type: typed('gcs'),
    bucket: nonEmpty('The bucket.'),
    endpoint: nonEmpty('The address of a server other than Google’s.').optional(),
    credentials: hidden(
      strict({
        access_key_id: text('The access ID of an HMAC key.').optional(),
        secret_access_key: secret('The secret of the HMAC key.'),
        service_account_file: text('The key file of a service account, in place of an HMAC key; relative to this file.').optional(),
      }),
    )
      .nullish()
      .describe('Who asks. Default: whoever Google’s settings of this machine say.'),
  }),
} as const satisfies Record<DatastoreType, z.ZodObject>;

/** Any of them, for editors. */
export const datastoreFile = z.union(Object.values(datastoreSchemas));
