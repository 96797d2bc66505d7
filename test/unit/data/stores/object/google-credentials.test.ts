/** Google's application default credentials, against a server that gives tokens and checks what it is asked for them with. */
import { createVerify, generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { gcsService } from '../../../../../src/data/stores/object/gcs.ts';
import { googleAccess } from '../../../../../src/data/stores/object/gcs-credentials.ts';
import { objectStore } from '../../../../../src/data/stores/object/object-store.ts';
import { temporaryFolder } from '../../../../support/folder.ts';

type Answer = (request: IncomingMessage, body: string, answer: ServerResponse) => void;

async function server(answer: Answer): Promise<string> {
  const listening = createServer(async (request, response) => {
    const body = (await Array.fromAsync(request)).join('');
    answer(request, body, response);
  });
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    listening.closeAllConnections();
    listening.close();
  });
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
}

function fileOf(credentials: unknown): string {
  const file = join(temporaryFolder(), 'key.json');
  writeFileSync(file, typeof credentials === 'string' ? credentials : JSON.stringify(credentials));
  return file;
}

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

test('a service account asks with a token that it has signed', async () => {
  const asked: URLSearchParams[] = [];
  const token_uri = await server((_, body, answer) => {
    asked.push(new URLSearchParams(body));
    answer.end(JSON.stringify({ access_token: 'T', expires_in: 3600 }));
  });
  const account = { type: 'service_account', client_email: 'me@project', private_key: privateKey, private_key_id: 'K', token_uri };
  const before = Date.now();
  const access = await googleAccess({ GOOGLE_APPLICATION_CREDENTIALS: fileOf(account) });
  expect(access).toMatchObject({ kind: 'token', token: 'T' });
  expect(access.kind === 'token' && access.expires - before).toBeGreaterThan(3_590_000);
  expect(asked[0]?.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
  const [header = '', claims = '', signature = ''] = (asked[0]?.get('assertion') ?? '').split('.');
  const decoded = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());
  expect(decoded(header)).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'K' });
  expect(decoded(claims)).toMatchObject({ iss: 'me@project', aud: token_uri, scope: expect.stringContaining('devstorage') });
  expect(createVerify('RSA-SHA256').update(`${header}.${claims}`).verify(publicKey, signature, 'base64url')).toBe(true);
});

test('whoever signed in with gcloud has a token to begin with, in the place where gcloud keeps it', async () => {
  const token_uri = await server((_, body, answer) => {
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
      ...{ grant_type: 'refresh_token', client_id: 'I', client_secret: 'S', refresh_token: 'R' },
    });
    answer.end(JSON.stringify({ access_token: 'T', expires_in: 10 }));
  });
  const folder = temporaryFolder();
  const own = { type: 'authorized_user', client_id: 'I', client_secret: 'S', refresh_token: 'R', token_uri };
  writeFileSync(join(folder, 'application_default_credentials.json'), JSON.stringify(own));
  expect(await googleAccess({ CLOUDSDK_CONFIG: folder })).toMatchObject({ kind: 'token', token: 'T' });
});

test('a machine of Google has its own; elsewhere there is nobody, and an emulator asks nobody', async () => {
  const url = await server(({ headers, url: asked }, _, answer) => {
    const isRight = headers['metadata-flavor'] === 'Google' && asked === '/computeMetadata/v1/instance/service-accounts/default/token';
    answer.writeHead(isRight ? 200 : 403).end(JSON.stringify({ access_token: 'M', expires_in: 10 }));
  });
  const HOME = temporaryFolder();
  expect(await googleAccess({ HOME, GCE_METADATA_HOST: new URL(url).host })).toMatchObject({ token: 'M' });
  expect(await googleAccess({ HOME, GCE_METADATA_HOST: '127.0.0.1:1' })).toEqual({ kind: 'none' });
  expect(await googleAccess({ STORAGE_EMULATOR_HOST: 'here', GOOGLE_APPLICATION_CREDENTIALS: '/nowhere' })).toEqual({ kind: 'none' });
});

test('what is wrong with credentials is told, and nothing of them', async () => {
  const token_uri = await server((_, __, answer) => void answer.writeHead(400).end('{"error": "invalid_grant secret"}'));
  const account = { type: 'service_account', client_email: 'me', token_uri };
  for (const [credentials, why] of [
    ['secret', /are not JSON/],
    [{ ...account, private_key: 'secret' }, /private_key in .* is no key/],
    [account, /have no private_key/],
    [{ ...account, private_key: privateKey }, /gives no token .*\(400\); they may have been taken back/],
    [{ type: 'external_account', secret: 'secret' }, /gcloud auth application-default`, which is not installed/],
  ] as const) {
    const error = await googleAccess({ PATH: '', GOOGLE_APPLICATION_CREDENTIALS: fileOf(credentials) }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'StoreError', message: expect.stringMatching(why) });
    expect(String(error)).not.toContain('secret');
  }
  await expect(googleAccess({ GOOGLE_APPLICATION_CREDENTIALS: '/nowhere' })).rejects.toThrow(
    /GOOGLE_APPLICATION_CREDENTIALS cannot be read/,
  );
});

test('a token is had anew before it expires, and when the server takes it back', async () => {
  let given = 0;
  let seconds = 10;
  let good = '';
  const token_uri = await server((_, __, answer) => {
    given += 1;
    good = `T${given}`;
    answer.end(JSON.stringify({ access_token: good, expires_in: seconds }));
  });
  const endpoint = await server(({ headers }, _, answer) => {
    if (headers.authorization !== `Bearer ${good}`) answer.writeHead(401).end('{"error": {"code": 401, "message": "Invalid Credentials"}}');
    else answer.writeHead(200, { 'content-length': '3', 'x-goog-generation': '7' }).end();
  });
  const account = { type: 'service_account', client_email: 'me', private_key: privateKey, token_uri };
  const store = objectStore(gcsService({ kind: 'gcs', bucket: 'b', endpoint }, {}, { account, owner: 'the datastore d' }));
  for (const turn of [1, 2, 3]) {
    expect(await store.stat('x')).toEqual({ kind: 'file', size: 3, version: '7' });
    // The first one was had at the first request, and is too short-lived for the next.
    expect(given).toBe(turn + 1);
  }
  seconds = 3600;
  await store.stat('x');
  const before = given;
  await store.stat('x');
  expect(given).toBe(before);
  good = 'another';
  await store.stat('x');
  expect(given).toBe(before + 1);
});
