/** A cluster on this machine: a real NATS server, and agents that are processes of their own. */
import { existsSync, readdirSync } from 'node:fs';
import { type NatsServer, natsServer } from './nats-server.ts';
import type { RunningPrl, Sandbox } from './prl.ts';

export interface TestCluster {
  readonly server: NatsServer;
  /** Starts an agent, and resolves when it is there. */
  agent(name: string, ...options: readonly string[]): Promise<RunningPrl>;
}

/** Call it inside a test. The compute is called `cluster`. @param settings lines of the server's configuration */
export async function testCluster(box: Sandbox, settings: readonly string[] = [], compute: readonly string[] = []): Promise<TestCluster> {
  const server = await natsServer(settings);
  const lines = ['type: nats', `url: ${server.url}`, ...compute];
  box.write('parallelrun.yml', `computes:\n  cluster:\n${lines.map((line) => `    ${line}\n`).join('')}`);
  return {
    server,
    async agent(name, ...options) {
      const agent = box.start(['agent', '--compute', 'cluster', '--name', name, '--slots', '2', ...options]);
      await agent.printed(`agent ${name}: `);
      return agent;
    },
  };
}

/** Notes in a folder that each mini-batch has begun, and takes its time. @param seconds of each */
export function slowScript(notes: string, seconds: number): string {
  return [
    'import os, time',
    `NOTES = ${JSON.stringify(notes)}`,
    'def init():',
    '    os.makedirs(NOTES, exist_ok=True)',
    'def run(mini_batch):',
    '    for path in mini_batch:',
    '        open(os.path.join(NOTES, f"{os.path.basename(path)}.{os.getpid()}"), "w").close()',
    `    time.sleep(${seconds})`,
    '    return [f"{os.path.basename(path)} {open(path).read().strip()}" for path in mini_batch]',
    '',
  ].join('\n');
}

/** Resolves when so many mini-batches have begun. Each name is `FILE.PID`. */
export async function begun(notes: string, count: number): Promise<readonly string[]> {
  for (;;) {
    const names = existsSync(notes) ? readdirSync(notes) : [];
    if (names.length >= count) return names;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Rows of `slowScript` over the files of `parallelJob`. */
export function rowsOf(files: number): string {
  return Array.from({ length: files }, (_, index) => `${String(index).padStart(3, '0')}.txt ${index}\n`).join('');
}
