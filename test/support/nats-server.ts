/** Real NATS servers for tests. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const installed = join(import.meta.dirname, '..', '..', '.venv', 'bin', 'nats-server');

/** The program; undefined where there is none, and CI did not promise one. */
export function natsServerProgram(): string | undefined {
  if (existsSync(installed)) return installed;
  try {
    execFileSync('nats-server', ['--version'], { stdio: 'ignore' });
    return 'nats-server';
  } catch {
    return undefined;
  }
}

export interface NatsServer {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** `kill -9`. */
  kill(): Promise<void>;
  /** The same server again, with what it had on the disk. */
  start(): Promise<void>;
}

/** Call it inside a test. @param settings lines of its configuration file */
export async function natsServer(settings: readonly string[] = [], { jetStream = true } = {}): Promise<NatsServer> {
  const directory = mkdtempSync(join(tmpdir(), 'prl-nats-'));
  const port = await freePort();
  const own = jetStream ? [`jetstream { store_dir: ${JSON.stringify(join(directory, 'store'))} }`] : [];
  writeFileSync(join(directory, 'nats.conf'), [`listen: 127.0.0.1:${port}`, ...own, ...settings, ''].join('\n'));
  let child: ChildProcess | undefined;
  let ended: Promise<unknown> = Promise.resolve();
  const server = {
    url: `nats://127.0.0.1:${port}`,
    port,
    get pid() {
      return child?.pid ?? -1;
    },
    async start() {
      const started = spawn(natsServerProgram() ?? 'nats-server', ['-c', join(directory, 'nats.conf')], { stdio: 'ignore' });
      child = started;
      ended = new Promise((resolve) => started.once('exit', resolve));
      await answers(port);
    },
    async kill() {
      child?.kill('SIGKILL');
      await ended;
    },
  };
  onTestFinished(async () => {
    await server.kill();
    rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  });
  await server.start();
  return server;
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** It speaks as soon as somebody connects: before that it is not ready. */
async function answers(port: number): Promise<void> {
  for (;;) {
    const spoke = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('data', () => resolve(true)).once('error', () => resolve(false));
      socket.once('close', () => socket.destroy());
    });
    if (spoke) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
