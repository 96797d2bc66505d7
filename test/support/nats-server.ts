/** Real NATS servers for tests. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
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

export interface ServerOptions {
  /** Default: true */
  readonly jetStream?: boolean;
  /** Where it listens. Default: this machine alone */
  readonly host?: string;
  /** What starts it, in place of this process. */
  readonly via?: readonly string[];
}

/** Call it inside a test. @param settings lines of its configuration file */
export async function natsServer(settings: readonly string[] = [], options: ServerOptions = {}): Promise<NatsServer> {
  const { jetStream = true, host = '127.0.0.1', via = [] } = options;
  const directory = mkdtempSync(join(tmpdir(), 'prl-nats-'));
  const port = await freePort();
  const own = jetStream ? [`jetstream { store_dir: ${JSON.stringify(join(directory, 'store'))} }`] : [];
  const log = join(directory, 'nats.log');
  const common = [`listen: ${host}:${port}`, `log_file: ${JSON.stringify(log)}`];
  writeFileSync(join(directory, 'nats.conf'), [...common, ...own, ...settings, ''].join('\n'));
  let child: ChildProcess | undefined;
  let ended: Promise<unknown> = Promise.resolve();
  const server = {
    url: `nats://${host}:${port}`,
    port,
    get pid() {
      return child?.pid ?? -1;
    },
    async start() {
      rmSync(log, { force: true });
      const [file = '', ...args] = [...via, natsServerProgram() ?? 'nats-server', '-c', join(directory, 'nats.conf')];
      const started = spawn(file, args, { stdio: 'ignore' });
      child = started;
      ended = new Promise((resolve) => started.once('exit', resolve));
      while (!(existsSync(log) && readFileSync(log, 'utf8').includes('Server is ready')))
        await new Promise((resolve) => setTimeout(resolve, 20));
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

/** A key and a certificate of its own for these names: the paths of both. @param names as openssl has them: `DNS:localhost,IP:127.0.0.1` */
export function certificate(folder: string, names: string): { readonly key: string; readonly cert: string } {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const subject = ['-subj', '/CN=localhost', '-addext', `subjectAltName=${names}`];
  execFileSync('openssl', [...made, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  return { key, cert };
}
