/** A connection to a NATS server that goes on when the server comes back. */
import { readFileSync, statSync } from 'node:fs';
import { type JetStreamClient, jetstream } from '@nats-io/jetstream';
import {
  type Authenticator,
  AuthorizationError,
  connect,
  credsAuthenticator,
  type Msg,
  type NatsConnection,
  nkeyAuthenticator,
  tokenAuthenticator,
} from '@nats-io/transport-node';
import { messageOf } from '../errors/thrown.ts';
import { RequestError } from '../errors/types.ts';
import { monotonicNow } from '../os/clock.ts';
import { credentialsVariable, type NatsPlace } from './place.ts';
import { Subjects } from './subjects.ts';

/** Older ones leave acknowledged messages behind when they are killed. */
const oldestServer = [2, 10, 23] as const;
const connectMs = 5000;

export class NatsLink {
  readonly nc: NatsConnection;
  readonly js: JetStreamClient;
  readonly subjects: Subjects;
  readonly place: NatsPlace;
  #upSince: number | undefined = monotonicNow();
  #downSince: number | undefined;

  constructor(nc: NatsConnection, place: NatsPlace) {
    this.nc = nc;
    this.js = jetstream(nc, { timeout: connectMs });
    this.place = place;
    this.subjects = new Subjects(place.space);
    void this.#watch();
  }

  /** By the monotonic clock; undefined while there is no connection. */
  get upSince(): number | undefined {
    return this.#upSince;
  }

  /** By the monotonic clock; undefined while there is a connection. */
  get downSince(): number | undefined {
    return this.#downSince;
  }

  /** Nobody has been heard for a reason of this process's own: from here on silence counts anew. */
  excuse(): void {
    if (this.#upSince !== undefined) this.#upSince = monotonicNow();
  }

  async #watch(): Promise<void> {
    for await (const { type } of this.nc.status()) {
      if (type === 'disconnect') {
        this.#downSince ??= monotonicNow();
        this.#upSince = undefined;
      }
      if (type === 'reconnect') {
        this.#upSince = monotonicNow();
        this.#downSince = undefined;
      }
    }
  }

  /** Without any promise. */
  say(subject: string, told: unknown): void {
    this.nc.publish(subject, JSON.stringify(told));
  }

  /** @throws the client's error when nobody answers in time */
  async ask<T>(subject: string, told: unknown, milliseconds: number): Promise<T> {
    return (await this.nc.request(subject, JSON.stringify(told), { timeout: milliseconds })).json<T>();
  }

  /** Calls `take` with each thing that is said; what is no JSON was not said by one of ours. Returns how to stop that. */
  hear<T>(subject: string, take: (told: T, answer: (told: unknown) => void) => void): () => void {
    const subscription = this.nc.subscribe(subject, {
      callback: (error, message) => {
        const told = error === null ? jsonIn<T>(message) : undefined;
        if (told !== undefined) take(told, (answer) => void message.respond(JSON.stringify(answer)));
      },
    });
    return () => subscription.unsubscribe();
  }

  /** What was said last has reached the server by then, if it can be reached. */
  async close(): Promise<void> {
    if (this.#upSince !== undefined) await Promise.race([this.nc.flush().catch(() => {}), after(1000)]);
    await this.nc.close();
  }
}

function jsonIn<T>(message: Msg): T | undefined {
  try {
    return message.json<T>();
  } catch {
    return undefined;
  }
}

function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}

/**
 * @param name of this end, for whoever looks at the server's connections
 * @param variables environment variables: they may hold the credentials
 * @throws RequestError for a server that is not there, does not let us in, is too old or has no JetStream; and beyond this machine, where
 * anybody could listen or come in
 */
export async function connectNats(place: NatsPlace, name: string, variables: Readonly<Record<string, string>>): Promise<NatsLink> {
  const servers = serversOf(place.url);
  const usesTls = servers.every(({ protocol }) => protocol === 'tls:') || place.caFile !== undefined || place.certFile !== undefined;
  const authenticator = authenticatorOf(place, variables);
  const exposed = servers.find(({ hostname }) => !isLoopback(hostname));
  if (exposed !== undefined && (!usesTls || authenticator === undefined)) throw unprotected(exposed, usesTls);
  let nc: NatsConnection;
  try {
    nc = await connect({
      servers: servers.map(({ host }) => host),
      name,
      timeout: connectMs,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 200,
      reconnectJitter: 100,
      pingInterval: 5000,
      maxPingOut: 2,
      ignoreClusterUpdates: false,
      inboxPrefix: new Subjects(place.space).inbox,
      ...(authenticator !== undefined && { authenticator }),
      ...(usesTls && {
        tls: {
          ...(place.caFile !== undefined && { caFile: place.caFile }),
          ...(place.certFile !== undefined && { certFile: place.certFile }),
          ...(place.keyFile !== undefined && { keyFile: place.keyFile }),
        },
      }),
    });
  } catch (error) {
    throw notLetIn(place, error, authenticator !== undefined);
  }
  try {
    checkServer(place, nc);
  } catch (error) {
    await nc.close();
    throw error;
  }
  return new NatsLink(nc, place);
}

/** @throws RequestError for what is no address, or one with a secret in it */
function serversOf(url: string): readonly URL[] {
  return url.split(',').map((text) => {
    const each = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
    if (each === undefined || !['nats:', 'tls:'].includes(each.protocol) || each.hostname === '') {
      const message = `${JSON.stringify(text)} is no address of a NATS server: expected nats://HOST:4222 or tls://HOST:4222.`;
      throw new RequestError({ code: 'bad-nats-url', message });
    }
    if (each.username === '' && each.password === '') return each.port === '' ? new URL(`${each.protocol}//${each.hostname}:4222`) : each;
    throw new RequestError({
      code: 'secret-in-url',
      message: `The address of the NATS server at ${each.host} has a secret in it, which everybody on the machine could read in the list of processes.`,
      hint: `Put it into a file that only you can read (credentials_file, --credentials), or into ${credentialsVariable}.`,
    });
  });
}

export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || hostname === '::1' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function unprotected({ host }: URL, usesTls: boolean): RequestError {
  return new RequestError({
    code: 'unprotected-nats',
    message: `The NATS server at ${host} is on another machine: it is only used ${usesTls ? 'with credentials' : 'over TLS and with credentials'}.`,
    hint: `Give its address as tls://${host}, and credentials in a file (credentials_file of the compute, --credentials of the agent) or in ${credentialsVariable}.`,
  });
}

/** @throws RequestError for a file that is not there, or that others can read */
function authenticatorOf({ credentialsFile }: NatsPlace, variables: Readonly<Record<string, string>>): Authenticator | undefined {
  const text = credentialsFile === undefined ? variables[credentialsVariable] : readSecret(credentialsFile);
  const secret = text?.trim();
  if (secret === undefined || secret === '') return undefined;
  const bytes = new TextEncoder().encode(secret);
  if (secret.includes('BEGIN NATS USER JWT')) return credsAuthenticator(bytes);
  return /^SU[A-Z2-7]{56}$/.test(secret) ? nkeyAuthenticator(bytes) : tokenAuthenticator(secret);
}

function readSecret(file: string): string {
  let mode: number;
  let text: string;
  try {
    ({ mode } = statSync(file));
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new RequestError({ code: 'no-credentials', message: `The credentials for NATS cannot be read: ${messageOf(error)}.` });
  }
  if ((mode & 0o077) === 0) return text;
  throw new RequestError({
    code: 'open-credentials',
    message: `Others than you may read ${file}, which holds the credentials for NATS.`,
    hint: `chmod 600 ${file}`,
  });
}

function notLetIn({ url }: NatsPlace, error: unknown, hasCredentials: boolean): RequestError {
  if (error instanceof AuthorizationError || /authorization|authentication/i.test(messageOf(error))) {
    return new RequestError({
      code: 'nats-refuses',
      message: `The NATS server at ${url} refuses ${hasCredentials ? 'these credentials' : 'whoever brings no credentials'}.`,
      hint: `Its credentials are in a file that the compute names with credentials_file (the agent with --credentials), or in ${credentialsVariable}.`,
    });
  }
  return new RequestError({
    code: 'no-nats',
    message: `There is no NATS server at ${url} that can be spoken to: ${messageOf(error)}.`,
    hint: 'On one machine, prl up brings a server and two agents with it.',
  });
}

function checkServer({ url }: NatsPlace, { info }: NatsConnection): void {
  const version = info?.version ?? '0';
  const numbers = version.split(/[.-]/).map(Number);
  const place = oldestServer.findIndex((least, at) => (numbers[at] ?? 0) !== least);
  const at = place === -1 ? 0 : place;
  const needed = oldestServer.join('.');
  if ((numbers[at] ?? 0) < (oldestServer[at] ?? 0)) {
    throw new RequestError({
      code: 'old-nats',
      message: `The NATS server at ${url} is version ${version}: ${needed} or newer is needed.`,
      hint: 'Older ones keep messages that had been acknowledged when they are killed.',
    });
  }
  if (info?.jetstream !== true) {
    throw new RequestError({
      code: 'no-jetstream',
      message: `The NATS server at ${url} (version ${version}) runs without JetStream.`,
      hint: 'Start it with: nats-server --jetstream --store_dir FOLDER',
    });
  }
}
