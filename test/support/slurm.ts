/**
 * A Slurm of one host for tests: munged, slurmctld and a slurmd for each node, with ports, sockets and files of their own, without systemd.
 * Nodes are logical; all of them are this machine.
 */
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, networkInterfaces, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { freePort } from './nats-server.ts';
import { processesWith } from './processes.ts';

const programs = ['munged', 'slurmctld', 'slurmd', 'sbatch', 'squeue', 'sinfo', 'scancel', 'srun', 'mpirun'];

/** False where something of it is not installed, and CI did not promise it. */
export function hasSlurm(): boolean {
  if (process.env.PARALLELRUN_TEST_SLURM === 'required') return true;
  try {
    for (const program of programs) execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export interface TestSlurm {
  /** For whoever is to speak to it. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs one of its commands. @returns what it prints */
  run(program: string, ...args: readonly string[]): Promise<string>;
  /** `kill -9` of a node with all that runs there. */
  killNode(node: string): Promise<void>;
  startNode(node: string): void;
  /** Stops the controller, and starts it again. */
  stopController(): Promise<void>;
  startController(): Promise<void>;
}

/** Names the node of its processes, in their environment. */
const nodeVariable = 'PRL_TEST_SLURM_NODE';

/** Call it inside a test. */
export async function testSlurm(nodes: readonly string[] = ['n1', 'n2']): Promise<TestSlurm> {
  const directory = mkdtempSync(join(tmpdir(), 'prl-slurm-'));
  const at = (...parts: string[]) => join(directory, ...parts);
  const conf = at('slurm.conf');
  const env = { SLURM_CONF: conf };
  for (const folder of ['munge', 'state', ...nodes]) mkdirSync(at(folder));
  // Others are to reach the socket.
  chmodSync(directory, 0o711);
  chmodSync(at('munge'), 0o711);
  writeFileSync(at('munge', 'key'), randomBytes(128), { mode: 0o600 });
  writeFileSync(conf, await configuration(directory, nodes));
  writeFileSync(at('cgroup.conf'), 'CgroupAutomount=no\n');
  const daemons = new Map<string, ChildProcess>();
  const start = (name: string, program: string, args: readonly string[], own: Readonly<Record<string, string>> = {}) => {
    const log = openSync(at(`${name}.out`), 'a');
    daemons.set(name, spawn(program, args, { stdio: ['ignore', log, log], env: { ...process.env, ...env, ...own } }));
  };
  const stop = (name: string, signal: NodeJS.Signals) =>
    new Promise<void>((resolve) => {
      const daemon = daemons.get(name);
      if (daemon === undefined || daemon.exitCode !== null || daemon.signalCode !== null) return resolve();
      daemon.once('exit', () => resolve());
      daemon.kill(signal);
    });
  const slurm: TestSlurm = {
    env,
    async run(program, ...args) {
      return (await promisify(execFile)(program, args, { env: { ...process.env, ...env } })).stdout;
    },
    async killNode(node) {
      await stop(node, 'SIGKILL');
      for (const mark of [`${nodeVariable}=${node}\0`, `SLURMD_NODENAME=${node}\0`]) killAll(processesWith(mark).filter(isOurs(directory)));
    },
    startNode: (node) => start(node, 'slurmd', ['-D', '-f', conf, '-N', node], { [nodeVariable]: node }),
    stopController: () => stop('controller', 'SIGTERM'),
    async startController() {
      start('controller', 'slurmctld', ['-D', '-f', conf]);
      await ready(slurm, 'scontrol', ['ping'], (text) => text.includes('is UP'));
    },
  };
  onTestFinished(async () => {
    for (const name of [...daemons.keys()].reverse()) await stop(name, 'SIGKILL');
    killAll(processesWith(`SLURM_CONF=${conf}\0`));
    rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  });
  const munge = (name: string) => at('munge', name);
  const files = [`--key-file=${munge('key')}`, `--socket=${munge('socket')}`, `--pid-file=${munge('pid')}`, `--log-file=${munge('log')}`];
  start('munge', 'munged', ['--foreground', '--force', ...files, `--seed-file=${munge('seed')}`]);
  await ready(slurm, 'munge', ['-n', '--socket', munge('socket')], () => true);
  await slurm.startController();
  for (const node of nodes) slurm.startNode(node);
  await ready(slurm, 'sinfo', ['-h', '-N', '-o', '%T'], (text) =>
    text
      .trim()
      .split('\n')
      .every((state) => state === 'idle'),
  );
  return slurm;
}

/** Asks until it says what is wanted; the test's own time limit says when it does not. */
async function ready(slurm: TestSlurm, program: string, args: readonly string[], is: (text: string) => boolean): Promise<void> {
  for (;;) {
    if (await slurm.run(program, ...args).then(is, () => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function isOurs(directory: string): (pid: number) => boolean {
  const ours = new Set(processesWith(`SLURM_CONF=${join(directory, 'slurm.conf')}`));
  return (pid) => ours.has(pid);
}

function killAll(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}

async function configuration(directory: string, nodes: readonly string[]): Promise<string> {
  const address = Object.values(networkInterfaces())
    .flatMap((found) => found ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
  const user = userInfo().username;
  const ports = await Promise.all(nodes.map(freePort));
  const at = (name: string) => join(directory, name);
  return [
    'ClusterName=test',
    `SlurmctldHost=${hostname()}(${address ?? '127.0.0.1'})`,
    `SlurmctldPort=${await freePort()}`,
    'AuthType=auth/munge',
    'CredType=cred/munge',
    `AuthInfo=socket=${at('munge/socket')}`,
    `SlurmUser=${user}`,
    `SlurmdUser=${user}`,
    `StateSaveLocation=${at('state')}`,
    `SlurmdSpoolDir=${at('%n')}`,
    `SlurmctldPidFile=${at('controller.pid')}`,
    `SlurmdPidFile=${at('%n.pid')}`,
    `SlurmctldLogFile=${at('controller.log')}`,
    `SlurmdLogFile=${at('%n.log')}`,
    'ProctrackType=proctrack/linuxproc',
    'TaskPlugin=task/none',
    'SelectType=select/cons_tres',
    'SelectTypeParameters=CR_Core',
    'SwitchType=switch/none',
    'MpiDefault=none',
    'ReturnToService=2',
    'SlurmdParameters=config_overrides',
    'SchedulerParameters=batch_sched_delay=0',
    'SlurmdTimeout=10',
    'KillWait=5',
    'AccountingStorageType=accounting_storage/none',
    'JobAcctGatherType=jobacct_gather/none',
    ...nodes.map(
      (node, index) => `NodeName=${node} NodeHostname=${hostname()} NodeAddr=${address ?? '127.0.0.1'} Port=${ports[index]} CPUs=2`,
    ),
    `PartitionName=main Nodes=${nodes.join(',')} Default=YES MaxTime=INFINITE State=UP`,
    '',
  ].join('\n');
}
