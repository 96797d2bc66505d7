/** Where credentials come from, and how requests are signed with them. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { awsCredentials, awsSettings } from '../../../../../src/data/stores/object/aws-credentials.ts';
import { azureSettings, tokenOfAz } from '../../../../../src/data/stores/object/azure-credentials.ts';
import { sharedKeyAuthorization } from '../../../../../src/data/stores/object/shared-key.ts';
import { signedHeaders } from '../../../../../src/data/stores/object/signature-v4.ts';
import { temporaryFolder } from '../../../../support/folder.ts';

// The example "GET Object" of the S3 documentation.
test('a request to S3 is signed as its documentation shows', () => {
  const keys = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
  const request = { method: 'GET', host: 'examplebucket.s3.amazonaws.com', path: '/test.txt', query: '', headers: { range: 'bytes=0-9' } };
  const headers = signedHeaders(request, keys, 'us-east-1', new Date('2013-05-24T00:00:00Z'));
  expect(headers.authorization).toBe(
    'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  );
});

test('the key of an account is not in what it signs', () => {
  const key = Buffer.from('secret').toString('base64');
  const signed = sharedKeyAuthorization({ account: 'acct', key }, 'GET', '/c/b', {}, { 'x-ms-date': 'now' });
  expect(signed).toMatch(/^SharedKey acct:[A-Za-z0-9+/]{43}=$/);
});

function home(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, '.aws'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, '.aws', name), text);
  return folder;
}

test('AWS: the environment, then the profile, of both files', async () => {
  const HOME = home({
    credentials:
      '[default]\naws_access_key_id = D\naws_secret_access_key=DS\n\n[work]\naws_access_key_id=W\naws_secret_access_key=WS # not\naws_session_token = T\n',
    config: '[default]\nregion = eu-west-1\n[profile work]\nregion=eu-north-1\nendpoint_url = http://here\n; [profile no]\n',
  });
  expect(await awsCredentials({ HOME, AWS_ACCESS_KEY_ID: 'E', AWS_SECRET_ACCESS_KEY: 'ES' })).toEqual({
    accessKeyId: 'E',
    secretAccessKey: 'ES',
  });
  expect(await awsCredentials({ HOME })).toEqual({ accessKeyId: 'D', secretAccessKey: 'DS' });
  expect(await awsCredentials({ HOME, AWS_PROFILE: 'work' })).toEqual({ accessKeyId: 'W', secretAccessKey: 'WS # not', sessionToken: 'T' });
  expect(await awsCredentials({ HOME, AWS_PROFILE: 'nobody' })).toBeUndefined();
  expect(await awsSettings({ HOME })).toEqual({ region: 'eu-west-1' });
  expect(await awsSettings({ HOME, AWS_PROFILE: 'work', AWS_REGION: 'x' })).toEqual({ region: 'x', endpoint: 'http://here' });
  expect(await awsSettings({ HOME, AWS_ENDPOINT_URL: 'http://a', AWS_ENDPOINT_URL_S3: 'http://b' })).toMatchObject({
    endpoint: 'http://b',
  });
});

test('AWS: what needs a conversation comes from a command, and is not told when that fails', async () => {
  const printed = { AccessKeyId: 'P', SecretAccessKey: 'PS', SessionToken: 'T', Expiration: '2030-01-01T00:00:00Z' };
  const process = home({ config: `[default]\ncredential_process = echo '${JSON.stringify({ Version: 1, ...printed })}'\n` });
  expect(await awsCredentials({ HOME: process })).toEqual({
    ...{ accessKeyId: 'P', secretAccessKey: 'PS', sessionToken: 'T', expires: Date.parse('2030-01-01') },
  });
  const failing = home({ config: '[default]\ncredential_process = echo secret; exit 3\n' });
  const error = await awsCredentials({ HOME: failing }).catch(String);
  expect(error).toMatch(/credential_process of the AWS profile, and it failed/);
  expect(error).not.toContain('secret');
  const sso = home({ config: '[default]\nsso_session = x\n' });
  await expect(awsCredentials({ HOME: sso, PATH: '/nowhere' })).rejects.toThrow('the command is not installed');
});

test.each([
  [{ AZURE_STORAGE_KEY: 'k' }, { access: { kind: 'key', account: 'acct', key: 'k' } }],
  [{ AZURE_STORAGE_KEY: 'k', AZURE_STORAGE_ACCOUNT: 'other' }, {}],
  [{ AZURE_STORAGE_SAS_TOKEN: '?sv=1&sig=2' }, { access: { kind: 'signature', query: 'sv=1&sig=2' } }],
  [
    { AZURE_STORAGE_CONNECTION_STRING: 'DefaultEndpointsProtocol=https;AccountName=acct;AccountKey=a+b==;EndpointSuffix=core.windows.net' },
    { endpoint: 'https://acct.blob.core.windows.net', access: { kind: 'key', account: 'acct', key: 'a+b==' } },
  ],
  [
    { AZURE_STORAGE_CONNECTION_STRING: 'BlobEndpoint=https://acct.blob.core.windows.net;SharedAccessSignature=sv=1&sig=2' },
    { endpoint: 'https://acct.blob.core.windows.net', access: { kind: 'signature', query: 'sv=1&sig=2' } },
  ],
  [{ AZURE_STORAGE_CONNECTION_STRING: 'AccountName=other;AccountKey=k' }, {}],
  [{}, {}],
])('Azure: %j', (env, expected) => {
  expect(azureSettings('acct', env)).toEqual(expected);
});

test('Azure: whoever is signed in with az', async () => {
  const PATH = temporaryFolder();
  expect(await tokenOfAz({ PATH }, false)).toEqual({ kind: 'none' });
  const az = (text: string) => {
    writeFileSync(join(PATH, 'az'), `#!/bin/sh\n${text}\n`);
    chmodSync(join(PATH, 'az'), 0o755);
  };
  az(`echo '{"accessToken": "t", "expires_on": 1900000000}'`);
  expect(await tokenOfAz({ PATH }, false)).toEqual({ kind: 'token', token: 't', expires: 1_900_000_000_000 });
  az('exit 1');
  await expect(tokenOfAz({ PATH }, true)).rejects.toThrow('sign in again with `az login`');
});
