/** Starts a process that has this one's terminal, and stays in its group: what is typed reaches it, and Ctrl-C too. */
import { spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import { messageOf } from '../errors/thrown.ts';
import type { GroupStart, ProcessGroup } from './spawn-group.ts';

/** One whose output is seen, not kept. */
export type TerminalStart = Omit<GroupStart, 'stdout' | 'stderr'>;

export function spawnInTerminal({ file, args, workingDirectory, environmentVariables, pipes: wanted = [] }: TerminalStart): ProcessGroup {
  const child = spawn(file, [...args], {
    cwd: workingDirectory,
    env: environmentVariables,
    stdio: ['inherit', 'inherit', 'inherit', ...wanted.map(() => 'pipe' as const)],
  });
  const pipes = child.stdio.slice(3).filter((stream) => stream instanceof Duplex);
  for (const pipe of pipes) pipe.on('error', () => {});
  return {
    pid: child.pid,
    group: child.pid,
    pipes,
    ended: new Promise((resolve) => {
      child.once('error', (error) => resolve({ kind: 'not_started', reason: messageOf(error) }));
      child.once('exit', (code, signal) =>
        resolve(code === null ? { kind: 'killed', signal: signal ?? 'SIGKILL' } : { kind: 'exited', code }),
      );
    }),
    kill: () => child.kill('SIGKILL'),
  };
}
