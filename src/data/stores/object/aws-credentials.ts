/**
 * Who asks an S3 store, from where the AWS tools look for it: environment variables, then the profile in `~/.aws/credentials` and `~/.aws/config`.
 * What needs a conversation (single sign-on, assumed roles, the roles of machines and containers) is left to the `aws` command.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isErrno, messageOf } from '../../../errors/thrown.ts';
import { StoreError } from '../store.ts';
import type { AwsKeys } from './signature-v4.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface AwsCredentials extends AwsKeys {
  /** When they are no longer good, in epoch milliseconds. */
  readonly expires?: number;
}

/** What the environment and the profile say of S3 besides keys. */
export interface AwsSettings {
  readonly endpoint?: string;
  readonly region?: string;
}

type Profile = Readonly<Record<string, string>>;

export async function awsSettings(env: Environment): Promise<AwsSettings> {
  const profile = await readProfile(env);
  const endpoint = env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL || profile.endpoint_url;
  const region = env.AWS_REGION || env.AWS_DEFAULT_REGION || profile.region;
  return { ...(endpoint !== undefined && { endpoint }), ...(region !== undefined && { region }) };
}

/** Undefined: there are none, so what is public can still be read. @throws StoreError for some that cannot be had */
export async function awsCredentials(env: Environment): Promise<AwsCredentials | undefined> {
  const inherited = keysIn(env.AWS_ACCESS_KEY_ID, env.AWS_SECRET_ACCESS_KEY, env.AWS_SESSION_TOKEN);
  if (inherited !== undefined) return inherited;
  const profile = await readProfile(env);
  const own = keysIn(profile.aws_access_key_id, profile.aws_secret_access_key, profile.aws_session_token);
  if (own !== undefined) return own;
  if (profile.credential_process !== undefined) return exported('/bin/sh', ['-c', profile.credential_process], env);
  const needsTool =
    Object.keys(profile).some((key) => /^(?:sso_|role_arn|login_session)/.test(key)) ||
    ['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', 'AWS_CONTAINER_CREDENTIALS_FULL_URI', 'AWS_WEB_IDENTITY_TOKEN_FILE'].some(
      (name) => env[name],
    );
  return needsTool ? exported('aws', ['configure', 'export-credentials', '--format', 'process'], env) : undefined;
}

function keysIn(
  accessKeyId: string | undefined,
  secretAccessKey: string | undefined,
  sessionToken: string | undefined,
): AwsKeys | undefined {
  if (!accessKeyId || !secretAccessKey) return undefined;
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
}

/** What a program prints as JSON, as `credential_process` asks for it. Nothing of it is told. */
async function exported(file: string, args: readonly string[], env: Environment): Promise<AwsCredentials> {
  const name = file === 'aws' ? '`aws configure export-credentials`' : 'the credential_process of the AWS profile';
  let printed: Readonly<Record<string, unknown>>;
  try {
    const { stdout } = await promisify(execFile)(file, args, { env: { ...env }, timeout: 60_000 });
    printed = JSON.parse(stdout);
  } catch (error) {
    const reason = isErrno(error, 'ENOENT')
      ? 'the command is not installed'
      : 'it failed; try it in a terminal, or sign in again (`aws sso login`)';
    throw new StoreError('unreadable', `credentials come from ${name}, and ${reason}`);
  }
  const { AccessKeyId: id, SecretAccessKey: secret, SessionToken: token, Expiration: expiration } = printed;
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const keys = keysIn(text(id), text(secret), text(token));
  if (keys === undefined) throw new StoreError('unreadable', `${name} printed no credentials`);
  const expires = Date.parse(text(expiration) ?? '');
  return { ...keys, ...(!Number.isNaN(expires) && { expires }) };
}

/** Of both files; the keys of `credentials` come first. Empty where there are none. */
async function readProfile(env: Environment): Promise<Profile> {
  const name = env.AWS_PROFILE || env.AWS_DEFAULT_PROFILE || 'default';
  const folder = join(env.HOME || homedir(), '.aws');
  const config = await sections(env.AWS_CONFIG_FILE || join(folder, 'config'));
  const credentials = await sections(env.AWS_SHARED_CREDENTIALS_FILE || join(folder, 'credentials'));
  return { ...(config.get(`profile ${name}`) ?? (name === 'default' ? config.get(name) : undefined)), ...credentials.get(name) };
}

async function sections(file: string): Promise<ReadonlyMap<string, Profile>> {
  const found = new Map<string, Record<string, string>>();
  let current: Record<string, string> | undefined;
  for (const line of (await textOf(file)).split(/\r?\n/)) {
    const [, section] = /^\s*\[\s*([^\]]+?)\s*\]/.exec(line) ?? [];
    if (section !== undefined) {
      current = found.get(section) ?? {};
      found.set(section, current);
      continue;
    }
    const [, key, value] = /^([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (current !== undefined && key !== undefined && value !== undefined && value !== '') current[key.toLowerCase()] = value;
  }
  return found;
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return '';
    throw new StoreError('unreadable', `the AWS profiles cannot be read: ${messageOf(error)}`);
  }
}
