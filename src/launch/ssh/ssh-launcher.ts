/** The machines of a list, by the system's own `ssh`: the user's keys, agents and configuration hold as they do in a terminal. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../errors/thrown.ts';
import { RequestError } from '../../errors/types.ts';
import type { AllocationState, Launcher, LaunchOrder } from '../launcher.ts';
import type { SshSettings } from '../settings.ts';
import { followingConnection } from './remote-script.ts';

/** A connection that does not answer ends after so long. */
const alive = ['-o', 'ConnectTimeout=10', '-o', 'ServerAliveInterval=5', '-o', 'ServerAliveCountMax=3'];
/** So long what runs there has to leave; then the connection is cut. */
const leaveMs = 10_000;

interface Connection {
  readonly host: string;
  readonly child: ChildProcess;
  state: AllocationState;
}

export class SshLauncher implements Launcher {
  readonly name = 'ssh';
  readonly unit = 'connection';
  readonly most: number;
  readonly #settings: SshSettings;
  readonly #order: LaunchOrder;
  /** Those without a connection; who has just failed comes last. */
  readonly #free: string[];
  /** By allocation. */
  readonly #connections = new Map<string, Connection>();
  #number = 0;

  /** @throws RequestError for a command that is to run on several machines */
  constructor(settings: SshSettings, order: LaunchOrder) {
    this.#settings = settings;
    this.#order = order;
    this.#free = [...settings.hosts];
    this.most = settings.hosts.length;
    if (order.kind.type === 'command' && order.kind.nodes > 1) {
      throw new RequestError({
        code: 'one-machine',
        message: `The command is to run on ${order.kind.nodes} nodes at the same time, and a compute of type ssh runs commands on one.`,
        hint: 'Set resources.instance_count to 1, or take a compute of Slurm.',
      });
    }
  }

  logOf(label: string): string {
    return `ssh-${label.replaceAll(/[^\w.-]/g, '_')}.txt`;
  }

  async start(labels: readonly string[]): Promise<readonly string[]> {
    mkdirSync(this.#order.logs, { recursive: true });
    return labels.map((label) => this.#connect(label));
  }

  async look(): Promise<ReadonlyMap<string, AllocationState>> {
    return new Map([...this.#connections].map(([id, { state }]) => [id, state]));
  }

  async cancel(allocations: readonly string[]): Promise<void> {
    await Promise.all(allocations.map((id) => this.#end(this.#connections.get(id))));
  }

  /** What an earlier life has left has ended with its connections. */
  async clear(): Promise<void> {
    await this.cancel([...this.#connections.keys()]);
  }

  #connect(label: string): string {
    const host = this.#free.shift();
    if (host === undefined) throw new Error('all machines have a connection');
    this.#number += 1;
    const id = `${host}#${this.#number}`;
    const log = openSync(join(this.#order.logs, this.logOf(label)), 'a');
    const command = followingConnection(this.#order.command(label), this.#settings.setup);
    const child = spawn('ssh', [...sshArguments(this.#settings, host), command], {
      env: this.#order.environmentVariables,
      stdio: ['pipe', log, log],
    });
    closeSync(log);
    // Its end tells what there is to tell.
    child.stdin?.on('error', () => {});
    const connection: Connection = { host, child, state: { kind: 'running', host: '' } };
    const over = (why: string) => {
      if (connection.state.kind !== 'ended') this.#free.push(host);
      connection.state = { kind: 'ended', why, host: '' };
    };
    child.once('error', (error) => over(messageOf(error)));
    child.once('exit', (code, signal) => over(code === null ? `${signal}` : `exit code ${code}`));
    this.#connections.set(id, connection);
    return id;
  }

  /** What runs there leaves when the connection's input ends. */
  async #end(connection: Connection | undefined): Promise<void> {
    if (connection === undefined || connection.state.kind === 'ended') return;
    const { child } = connection;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.stdin?.end();
    const patience = new AbortController();
    await Promise.race([gone, sleep(leaveMs, undefined, { signal: patience.signal }).catch(() => {})]);
    patience.abort();
    child.kill('SIGKILL');
  }
}

/** @param host `USER@HOST:PORT` */
export function sshArguments({ identityFile, extraArguments }: SshSettings, host: string): readonly string[] {
  const { name, port } = splitPort(host);
  return [
    '-T',
    '-o',
    'BatchMode=yes',
    ...alive,
    ...(identityFile === undefined ? [] : ['-i', identityFile, '-o', 'IdentitiesOnly=yes']),
    ...(port === undefined ? [] : ['-p', port]),
    ...extraArguments,
    '--',
    name,
  ];
}

/** An address of IPv6 has its port behind a bracket. */
export function splitPort(host: string): { readonly name: string; readonly port?: string } {
  const [, user = '', address] = /^(.*@)?\[([^\]]+)\](?::\d+)?$/.exec(host) ?? [];
  const [, plain, port] = /^([^:]+|.*\]):(\d+)$/.exec(host) ?? [];
  const name = address === undefined ? (plain ?? host) : `${user}${address}`;
  return port === undefined ? { name } : { name, port };
}
