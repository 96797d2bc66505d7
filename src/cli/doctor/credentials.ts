/** What gives access to object stores, by its name: no value is read out. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Check, found, missing } from './check.ts';

interface Store {
  readonly check: string;
  readonly enables: string;
  readonly variables: readonly string[];
  /** Below the home folder, unless a variable says where. */
  readonly files: readonly (readonly [path: string, variable: string])[];
  readonly get: string;
}

const stores: readonly Store[] = [
  {
    check: 's3',
    enables: 'data in S3 that is not public',
    variables: [
      'AWS_ACCESS_KEY_ID',
      'AWS_PROFILE',
      'AWS_WEB_IDENTITY_TOKEN_FILE',
      'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
      'AWS_CONTAINER_CREDENTIALS_FULL_URI',
    ],
    files: [
      ['.aws/credentials', 'AWS_SHARED_CREDENTIALS_FILE'],
      ['.aws/config', 'AWS_CONFIG_FILE'],
    ],
    get: 'aws configure, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
  },
  {
    check: 'azure',
    enables: 'data in Azure Blob Storage that is not public',
    variables: ['AZURE_STORAGE_CONNECTION_STRING', 'AZURE_STORAGE_KEY', 'AZURE_STORAGE_SAS_TOKEN', 'AZURE_CLIENT_ID'],
    files: [['.azure/azureProfile.json', '']],
    get: 'az login, or AZURE_STORAGE_CONNECTION_STRING',
  },
  {
    check: 'gcs',
    enables: 'data in Google Cloud Storage that is not public',
    variables: ['GOOGLE_APPLICATION_CREDENTIALS'],
    files: [['.config/gcloud/application_default_credentials.json', '']],
    get: 'gcloud auth application-default login',
  },
];

export function credentials(environment: NodeJS.ProcessEnv): readonly Check[] {
  return stores.map(({ variables, files, ...sought }) => {
    const set = variables.filter((name) => environment[name]);
    const there = files
      .map(([path, variable]) => environment[variable] || join(environment.HOME || homedir(), path))
      .filter((file) => existsSync(file));
    return set.length + there.length === 0 ? missing(sought) : found(sought, [...set, ...there].join(', '));
  });
}
