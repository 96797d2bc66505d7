/** What a program says of a datastore becomes the file that YAML users write, and is judged as that. */
import { RequestError } from '../../errors/types.ts';
import { type NewDatastore, registerDatastore } from '../../jobs/register-datastore.ts';
import { isRecord } from '../../language/check.ts';
import { readDatastore } from '../../language/datastores.ts';
import { Findings, objectSource, Place } from '../../language/findings.ts';
import { yamlKeys } from '../document.ts';
import { nameOf } from './assets.ts';
import { withHome } from './home.ts';

/** What all have in common. */
export interface DescribedDatastore {
  /** Its name, as in `azureml://datastores/NAME/paths/…`. */
  readonly name: string;
  /** What it is. */
  readonly description?: string | undefined;
  /** Tags, by name. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** A folder of this machine. */
export interface LocalDatastoreOptions extends DescribedDatastore {
  /** What it is. Default: `local`. */
  readonly type?: 'local' | undefined;
  /** The folder, relative to the working directory; made when it is not there. */
  readonly path: string;
}

/** What those of Azure have in common. */
export interface AzureStorageDatastore extends DescribedDatastore {
  /** The storage account. */
  readonly accountName: string;
  /** `core.windows.net` (default), that of another cloud, or the address of the account on another server. */
  readonly endpoint?: string | undefined;
  /** `https` (default) or `http`. */
  readonly protocol?: string | undefined;
}

/** Access by the key of an account. Source: azure.ai.ml.entities.AccountKeyConfiguration. */
export interface AccountKeyCredentials {
  /** The key. */
  readonly accountKey: string;
}

/** Access by a shared access signature. Source: azure.ai.ml.entities.SasTokenConfiguration. */
export interface SasTokenCredentials {
  /** The text behind the `?` of a signed address. */
  readonly sasToken: string;
}

/** Access by a service principal. Source: azure.ai.ml.entities.ServicePrincipalConfiguration. */
export interface ServicePrincipalCredentials {
  /** Its tenant. */
  readonly tenantId: string;
  /** Its own identifier. */
  readonly clientId: string;
  /** Its secret. */
  readonly clientSecret: string;
  /** Who signs it in. Default: that of the public cloud. */
  readonly authorityUrl?: string | undefined;
  /** What it signs in to. Default: storage accounts. */
  readonly resourceUrl?: string | undefined;
}

/** Who asks: an account's key, a shared access signature, or a service principal. Left out: whoever this machine is signed in as. */
export type AzureCredentials = AccountKeyCredentials | SasTokenCredentials | ServicePrincipalCredentials;

/** Access keys of S3, or an HMAC key of Google Cloud Storage. */
export interface AccessKeyCredentials {
  /** The access key. */
  readonly accessKeyId: string;
  /** The secret key. */
  readonly secretAccessKey: string;
  /** With keys of S3 that are good for some time. */
  readonly sessionToken?: string | undefined;
}

/** A profile of this machine's AWS settings. */
export interface AwsProfile {
  /** Its name. */
  readonly profile: string;
}

/** A service account of Google. */
export interface ServiceAccountCredentials {
  /** Its key file, relative to the working directory. */
  readonly serviceAccountFile: string;
}

/** A container of Azure Blob Storage. */
export interface AzureBlobDatastoreOptions extends AzureStorageDatastore {
  /** What it is. */
  readonly type: 'azure_blob';
  /** The container. */
  readonly containerName: string;
  /** Who asks. Default: whoever this machine is signed in as. */
  readonly credentials?: AzureCredentials | undefined;
}

/** A file system of Azure Data Lake Storage Gen2. */
export interface AzureDataLakeGen2DatastoreOptions extends AzureStorageDatastore {
  /** What it is. */
  readonly type: 'azure_data_lake_gen2';
  /** The file system. */
  readonly filesystem: string;
  /** Who asks. Default: whoever this machine is signed in as. */
  readonly credentials?: AzureCredentials | undefined;
}

/** A file share of Azure that is mounted on this machine. */
export interface AzureFileDatastoreOptions extends AzureStorageDatastore {
  /** What it is. */
  readonly type: 'azure_file';
  /** The share. */
  readonly fileShareName: string;
  /** Where it is mounted. */
  readonly path: string;
}

/** A bucket of Amazon S3, or of what speaks like it. */
export interface S3DatastoreOptions extends DescribedDatastore {
  /** What it is. */
  readonly type: 's3';
  /** The bucket. */
  readonly bucket: string;
  /** The address of a server other than Amazon's. */
  readonly endpoint?: string | undefined;
  /** The region. */
  readonly region?: string | undefined;
  /** Who asks. Default: whoever the AWS settings of this machine say. */
  readonly credentials?: AccessKeyCredentials | AwsProfile | undefined;
}

/** A bucket of Google Cloud Storage. */
export interface GcsDatastoreOptions extends DescribedDatastore {
  /** What it is. */
  readonly type: 'gcs';
  /** The bucket. */
  readonly bucket: string;
  /** The address of a server other than Google's. */
  readonly endpoint?: string | undefined;
  /** Who asks. Default: whoever Google's settings of this machine say. */
  readonly credentials?: AccessKeyCredentials | ServiceAccountCredentials | undefined;
}

/** A place under a name. What gives access to it is kept apart, in a file that only its owner can read. */
export type DatastoreOptions =
  | LocalDatastoreOptions
  | AzureBlobDatastoreOptions
  | AzureDataLakeGen2DatastoreOptions
  | AzureFileDatastoreOptions
  | S3DatastoreOptions
  | GcsDatastoreOptions;

/** @throws RequestError with everything that is wrong, and where the name is taken and `overwrite` is false */
export async function registerOptions(home: string, options: unknown, overwrite: boolean): Promise<void> {
  const given = judged(options);
  await withHome(home, (store) => {
    if (!overwrite && store.assets.list('datastore', { name: given.name }).some(({ created }) => !created.startsWith('1970'))) {
      const hint = 'Give overwrite: true to put this one in its place.';
      throw new RequestError({ code: 'asset-exists', message: `There is a datastore ${given.name} already.`, path: 'datastoreName', hint });
    }
    return registerDatastore(store, given);
  });
}

function judged(options: unknown): NewDatastore {
  const document = isRecord(options) ? yamlKeys(options) : {};
  const { credentials } = document;
  const findings = new Findings();
  const file = { ...document, ...(isRecord(credentials) && { credentials: yamlKeys(credentials) }) };
  const read = readDatastore(file, new Place(objectSource(process.cwd()), findings), process.env);
  if (findings.problems.length > 0) {
    throw new RequestError(
      findings.problems.map((problem) => ({
        ...problem,
        message: camel(problem.message),
        ...(problem.path !== undefined && { path: camel(problem.path) }),
      })),
    );
  }
  if (read === undefined) throw new Error('the judge gave up without saying why');
  const { raw, ...body } = read;
  const { description, tags } = raw;
  return {
    ...body,
    name: nameOf(raw.name, 'the datastore'),
    ...(typeof description === 'string' && { description }),
    tags: isRecord(tags) ? Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, String(value)])) : {},
  };
}

/** Keys as they are in TypeScript. Types of datastores are no keys. */
function camel(text: string): string {
  return text.replace(/\b(?!azure_)[a-z]+(?:_[a-z]+)+\b/g, (key) => key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()));
}
