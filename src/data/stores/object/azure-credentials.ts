/**
 * Who asks an Azure storage account, from where Azure's own tools look for it: a connection string, a key or a signature in the environment, then
 * whoever is signed in with `az login` (people, service principals and managed identities alike).
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { isErrno } from '../../../errors/thrown.ts';
import { StoreError } from '../store.ts';
import { networkReason } from '../web-request.ts';
import type { Environment } from './aws-credentials.ts';
import type { SharedKey } from './shared-key.ts';

export type AzureAccess =
  | ({ readonly kind: 'key' } & SharedKey)
  /** The text behind the `?` of a signed address. */
  | { readonly kind: 'signature'; readonly query: string }
  | { readonly kind: 'token'; readonly token: string /** Epoch milliseconds. */; readonly expires: number }
  /** What is public can still be read. */
  | { readonly kind: 'none' };

/** Signs in with a secret of its own (https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow). */
export interface ServicePrincipal {
  readonly kind: 'principal';
  readonly tenant: string;
  readonly client: string;
  readonly secret: string;
  /** Default: that of the public cloud. */
  readonly authority?: string;
  readonly resource?: string;
}

/** What the environment says of an account. */
export interface AzureSettings {
  /** Where its blobs are, where that is not the public cloud. */
  readonly endpoint?: string;
  readonly access?: AzureAccess;
}

const devAccount = 'devstoreaccount1';
/** Of the emulator: the same on every machine, and printed in its documentation. */
const devKey = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

export function azureSettings(account: string, env: Environment): AzureSettings {
  const connection = env.AZURE_STORAGE_CONNECTION_STRING ? parsed(env.AZURE_STORAGE_CONNECTION_STRING) : undefined;
  if (connection !== undefined && (connection.account ?? account) === account) return connection.settings(account);
  // Without a name they are of whatever account is asked for.
  if ((env.AZURE_STORAGE_ACCOUNT || account) !== account) return {};
  if (env.AZURE_STORAGE_KEY) return { access: { kind: 'key', account, key: env.AZURE_STORAGE_KEY } };
  if (env.AZURE_STORAGE_SAS_TOKEN) return { access: { kind: 'signature', query: env.AZURE_STORAGE_SAS_TOKEN.replace(/^\?/, '') } };
  return {};
}

interface Connection {
  readonly account: string | undefined;
  settings(account: string): AzureSettings;
}

function parsed(text: string): Connection {
  const parts = new Map(
    text.split(';').flatMap((part) => {
      const at = part.indexOf('=');
      return at < 0 ? [] : [[part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim()] as const];
    }),
  );
  const isEmulator = parts.get('usedevelopmentstorage') === 'true';
  const endpoint = parts.get('blobendpoint') ?? (isEmulator ? `http://127.0.0.1:10000/${devAccount}` : undefined);
  const suffix = parts.get('endpointsuffix');
  return {
    account: isEmulator ? devAccount : (parts.get('accountname') ?? accountOf(endpoint)),
    settings(account) {
      const key = isEmulator ? devKey : parts.get('accountkey');
      const signature = parts.get('sharedaccesssignature');
      const at =
        endpoint ?? (suffix === undefined ? undefined : `${parts.get('defaultendpointsprotocol') ?? 'https'}://${account}.blob.${suffix}`);
      const access: AzureAccess | undefined =
        key !== undefined
          ? { kind: 'key', account, key }
          : signature === undefined
            ? undefined
            : { kind: 'signature', query: signature.replace(/^\?/, '') };
      return { ...(at !== undefined && { endpoint: at }), ...(access !== undefined && { access }) };
    },
  };
}

function accountOf(endpoint: string | undefined): string | undefined {
  return endpoint !== undefined && URL.canParse(endpoint) ? new URL(endpoint).hostname.split('.')[0] : undefined;
}

/** @throws StoreError with the words of whoever refused it */
export async function tokenOfPrincipal(principal: ServicePrincipal): Promise<AzureAccess> {
  const { tenant, client, secret, authority = 'https://login.microsoftonline.com', resource = 'https://storage.azure.com/' } = principal;
  const scope = `${resource.replace(/\/*$/, '/')}.default`;
  const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: client, client_secret: secret, scope });
  const who = `the service principal ${client} could not be signed in`;
  let answer: Readonly<Record<string, unknown>>;
  try {
    const response = await fetch(`${authority.replace(/\/*$/, '')}/${encodeURIComponent(tenant)}/oauth2/v2.0/token`, {
      ...{ method: 'POST', body, signal: AbortSignal.timeout(60_000) },
    });
    answer = Object(await response.json());
  } catch (error) {
    throw new StoreError('unreadable', `${who}: ${networkReason(error)}`, { cause: error });
  }
  const { access_token: token, expires_in: seconds, error_description: refused, error: code } = answer;
  if (typeof token === 'string') return { kind: 'token', token, expires: Date.now() + Number(seconds ?? 1800) * 1000 };
  throw new StoreError('unreadable', `${who}: ${String(refused ?? code ?? 'no token came').split('\n')[0]}`);
}

/** A token of whoever is signed in; `none` where `az` is not installed or nobody is. @throws StoreError where the token was had once */
export async function tokenOfAz(env: Environment, wasSignedIn: boolean): Promise<AzureAccess> {
  const args = ['account', 'get-access-token', '--resource', 'https://storage.azure.com/', '--output', 'json'];
  try {
    const { stdout } = await promisify(execFile)('az', args, { env: { ...env }, timeout: 60_000 });
    const printed: { readonly accessToken?: unknown; readonly expires_on?: unknown } = JSON.parse(stdout);
    if (typeof printed.accessToken !== 'string') throw new Error('no token');
    const expires = Number(printed.expires_on) * 1000;
    return { kind: 'token', token: printed.accessToken, expires: expires > 0 ? expires : Date.now() + 1_800_000 };
  } catch (error) {
    if (!wasSignedIn || isErrno(error, 'ENOENT')) return { kind: 'none' };
    throw new StoreError('unreadable', '`az account get-access-token` gives no token any more; sign in again with `az login` and resume');
  }
}
