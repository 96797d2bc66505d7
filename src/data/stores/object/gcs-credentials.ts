/**
 * Who asks Google Cloud Storage: application default credentials (https://cloud.google.com/docs/authentication/application-default-credentials), from a
 * file of a service account or of `gcloud`, else from the machine's own metadata server. Other kinds of files are left to the `gcloud` command.
 */
import { execFile } from 'node:child_process';
import { createSign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isErrno, messageOf } from '../../../errors/thrown.ts';
import { StoreError } from '../store.ts';
import type { Environment } from './aws-credentials.ts';

export type GcsAccess =
  | { readonly kind: 'token'; readonly token: string /** Epoch milliseconds. */; readonly expires: number }
  /** What is public can still be read; an emulator asks for nothing. */
  | { readonly kind: 'none' };

const scope = 'https://www.googleapis.com/auth/devstorage.read_write';
const tokenServer = 'https://oauth2.googleapis.com/token';
/** Milliseconds. Where there is no such server, the connection may hang. */
const metadataPatience = 1500;
const patience = 30_000;

/** @throws StoreError for credentials that are there and do not work; nothing of them is told */
export async function googleAccess(env: Environment): Promise<GcsAccess> {
  if (env.STORAGE_EMULATOR_HOST) return { kind: 'none' };
  const folder = env.CLOUDSDK_CONFIG || join(env.HOME || homedir(), '.config', 'gcloud');
  const named = env.GOOGLE_APPLICATION_CREDENTIALS;
  const file = named || join(folder, 'application_default_credentials.json');
  const text = await textOf(file, named !== undefined && named !== '');
  return text === undefined ? ofMachine(env) : googleToken(parsed(text, file), env, `the file ${file}`);
}

/** What a file of credentials holds. */
export type GoogleCredentials = Readonly<Record<string, unknown>>;

/** @param from what messages call them. Other kinds than these two are understood only where `gcloud` finds them itself */
export async function googleToken(credentials: GoogleCredentials, env: Environment, from: string): Promise<GcsAccess> {
  const text = (name: string): string => {
    const value = credentials[name];
    if (typeof value === 'string' && value !== '') return value;
    throw new StoreError('unreadable', `the Google credentials in ${from} have no ${name}`);
  };
  const server = typeof credentials.token_uri === 'string' ? credentials.token_uri : tokenServer;
  switch (credentials.type) {
    case 'service_account': {
      const assertion = signedJwt(text('client_email'), text('private_key'), server, credentials.private_key_id, from);
      return tokenFrom(server, { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion }, from);
    }
    case 'authorized_user': {
      const [client_id, client_secret, refresh_token] = [text('client_id'), text('client_secret'), text('refresh_token')];
      return tokenFrom(server, { grant_type: 'refresh_token', client_id, client_secret, refresh_token }, from);
    }
    default:
      return ofGcloud(env, from);
  }
}

/** https://developers.google.com/identity/protocols/oauth2/service-account#jwt-auth */
function signedJwt(email: string, key: string, audience: string, keyId: unknown, from: string): string {
  const seconds = Math.floor(Date.now() / 1000);
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const header = { alg: 'RS256', typ: 'JWT', ...(typeof keyId === 'string' && { kid: keyId }) };
  const unsigned = `${part(header)}.${part({ iss: email, scope, aud: audience, iat: seconds, exp: seconds + 3600 })}`;
  try {
    return `${unsigned}.${createSign('RSA-SHA256').update(unsigned).sign(key, 'base64url')}`;
  } catch {
    throw new StoreError('unreadable', `the private_key in ${from} is no key`);
  }
}

async function tokenFrom(server: string, form: Readonly<Record<string, string>>, from: string): Promise<GcsAccess> {
  let answer: Response;
  try {
    answer = await fetch(server, { method: 'POST', body: new URLSearchParams(form), signal: AbortSignal.timeout(patience) });
  } catch (error) {
    const { cause } = error as Error;
    throw new StoreError('unreadable', `no token could be had for ${from}: ${messageOf(cause ?? error)}`);
  }
  if (!answer.ok) {
    await answer.body?.cancel();
    const hint = answer.status < 500 ? '; they may have been taken back: make a new key, or sign in again' : '';
    throw new StoreError('unreadable', `Google gives no token for ${from} (${answer.status})${hint}`);
  }
  return accessIn(await answer.json());
}

async function ofMachine(env: Environment): Promise<GcsAccess> {
  const host = env.GCE_METADATA_HOST || '169.254.169.254';
  try {
    const url = `http://${host}/computeMetadata/v1/instance/service-accounts/default/token`;
    const answer = await fetch(url, { headers: { 'metadata-flavor': 'Google' }, signal: AbortSignal.timeout(metadataPatience) });
    return answer.ok ? accessIn(await answer.json()) : { kind: 'none' };
  } catch {
    return { kind: 'none' };
  }
}

async function ofGcloud(env: Environment, from: string): Promise<GcsAccess> {
  try {
    const args = ['auth', 'application-default', 'print-access-token'];
    const { stdout } = await promisify(execFile)('gcloud', args, { env: { ...env }, timeout: 60_000 });
    return { kind: 'token', token: stdout.trim(), expires: Date.now() + 1_800_000 };
  } catch (error) {
    const why = isErrno(error, 'ENOENT') ? 'is not installed' : 'gives none; try it in a terminal';
    throw new StoreError('unreadable', `${from} is of a kind whose token comes from \`gcloud auth application-default\`, which ${why}`);
  }
}

function accessIn(answer: unknown): GcsAccess {
  const { access_token: token, expires_in: seconds } = answer as Readonly<Record<string, unknown>>;
  if (typeof token !== 'string') throw new StoreError('unreadable', 'the answer to a request for a Google token holds none');
  return { kind: 'token', token, expires: Date.now() + (Number(seconds) || 1800) * 1000 };
}

function parsed(text: string, file: string): GoogleCredentials {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as GoogleCredentials;
  } catch {
    // Said below, without the text.
  }
  throw new StoreError('unreadable', `the Google credentials in ${file} are not JSON`);
}

async function textOf(file: string, isNamed: boolean): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (!isNamed && isErrno(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw new StoreError('unreadable', `GOOGLE_APPLICATION_CREDENTIALS cannot be read: ${messageOf(error)}`);
  }
}
