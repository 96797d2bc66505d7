import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { growTree } from '../data.ts';
import { runJob } from '../prl.ts';
import type { Bench, BenchCase } from '../types.ts';
import { timeInside } from './nap.ts';

const command = join(import.meta.dirname, '..', '..', 'bin', 'prl.js');
/** Seconds of silence after which a node counts as dead. */
const ackWait = 5;

/** The same as on one machine, over a NATS server and two agents of one worker each, all on this machine. */
export const cluster: BenchCase = {
  name: 'cluster',
  about: 'a NATS server and two agents with a worker each: no-ops, runs of 20 ms, and a node that dies',
  repeat: 3,
  async prepare(bench) {
    const env = await startCluster(bench);
    const count = Math.round(200_000 * bench.scale);
    const path = growTree(join(bench.folder, 'files'), 0, count);
    const naps = growTree(join(bench.folder, 'naps'), 0, Math.round(2000 * bench.scale));
    return [
      {
        name: `${count} no-op mini-batches, Python, whole process`,
        unit: 'mini-batches/s',
        better: 'more',
        limit: 20_000,
        ours: async () => {
          const job = { script: 'noop.py', input: { type: 'uri_folder', path }, miniBatchSize: '1', appendRow: 'out.txt', env } as const;
          return count / (await runJob(bench, job)).seconds;
        },
      },
      {
        name: '20 ms, once started',
        unit: '% inside run()',
        better: 'more',
        limit: 97,
        ours: async () => {
          let percent = 0;
          const job = {
            script: 'nap.py',
            input: { type: 'uri_folder', path: naps },
            miniBatchSize: '1',
            appendRow: 'out.txt',
            env,
          } as const;
          await runJob(bench, job, (output) => {
            percent = timeInside(readFileSync(output, 'utf8'));
          });
          return percent;
        },
      },
      {
        name: `from the death of a node to its mini-batch on another, ${ackWait} s of silence allowed`,
        unit: 's',
        better: 'less',
        limit: ackWait + 1,
        ours: () => deathOfNode(bench, env),
      },
    ];
  },
};

type Variables = Readonly<Record<string, string>>;

async function startCluster({ folder, python }: Bench): Promise<Variables> {
  const port = await freePort();
  const store = join(folder, 'jetstream');
  start(join(python, '..', 'nats-server'), ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', store]);
  const env = { PARALLELRUN_COMPUTE_TYPE: 'nats', PARALLELRUN_NATS_URL: `nats://127.0.0.1:${port}`, PARALLELRUN_NATS_NODES: '2' };
  await sleep(1000);
  for (const name of ['one', 'two']) startAgent(name, env);
  await sleep(2000);
  return env;
}

function startAgent(name: string, env: Variables): ChildProcess {
  return start(process.execPath, [command, 'agent', '--name', name, '--slots', '1'], env);
}

/** Ends with this process. */
function start(file: string, args: readonly string[], env: Variables = {}): ChildProcess {
  const child = spawn(file, args, { stdio: 'ignore', env: { ...process.env, ...env } });
  process.once('exit', () => child.kill('SIGKILL'));
  child.unref();
  return child;
}

/** Beside the two agents there is a third for this, in a space of its own with another. */
async function deathOfNode(bench: Bench, shared: Variables): Promise<number> {
  const env = { ...shared, PARALLELRUN_NATS_SPACE: 'death', PARALLELRUN_NATS_ACK_WAIT: String(ackWait) };
  const [doomed, other] = [startAgent('doomed', env), startAgent('other', env)];
  const notes = join(bench.folder, 'notes');
  mkdirSync(notes);
  const path = growTree(join(bench.folder, 'few'), 0, 60);
  const job = { script: 'noted.py', input: { type: 'uri_folder', path }, miniBatchSize: '1', appendRow: 'out.txt' } as const;
  const running = runJob(bench, { ...job, arguments: `--notes ${notes}`, env });
  while (readdirSync(notes).length < 10) await sleep(20);
  doomed.kill('SIGKILL');
  const died = Date.now() / 1000;
  await running;
  other.kill('SIGKILL');
  const begins = Map.groupBy(readdirSync(notes), (note) => note.split(' ')[0]);
  const again = [...begins.values()].flatMap((times) =>
    times.length > 1 ? [Math.max(...times.map((note) => Number(note.split(' ')[1])))] : [],
  );
  rmSync(notes, { recursive: true });
  return Math.max(...again) - died;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
