/** Starts a process in a container of its own, which ends as a whole: by its own end, by `kill`, or with this process. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { isMarked } from '../lineage.ts';
import { processIds, readStat } from '../proc.ts';
import type { Reaper } from '../reaper.ts';
import { type GroupEnd, type GroupStart, type ProcessGroup, spawnGroup } from '../spawn-group.ts';
import { spawnInTerminal, type TerminalStart } from '../spawn-in-terminal.ts';
import { type Container, type ContainerTool, containerVariable } from './container.ts';
import { launchScript } from './launch-script.ts';
import { openPipes } from './named-pipes.ts';
import { removal, runArguments } from './run-arguments.ts';

/** In a container where there is one, else as a process group of this machine. @throws see both */
export function startGroup(start: GroupStart, reaper: Reaper, container: Container | undefined): ProcessGroup {
  return container === undefined ? spawnGroup(start, reaper) : spawnContained(start, container, reaper);
}

/** The container is removed again until it is: it may only be about to be there. */
const killEveryMs = 300;
/** Then whoever started it is given up instead: nobody waits for a tool that has stopped working. */
const mostTries = 50;

/**
 * @param start without logs it has this process's terminal; absolute paths that are in the container, too
 * @throws a system error when a log or a pipe cannot be made
 */
export function spawnContained(start: GroupStart | TerminalStart, container: Container, reaper: Reaper): ProcessGroup {
  const { tool, links } = container;
  const logs = 'stdout' in start ? { stdout: start.stdout, stderr: start.stderr } : undefined;
  const name = `parallelrun-${randomBytes(8).toString('hex')}`;
  const folder = join(links, name);
  for (const made of [folder, ...Object.values(logs ?? {}).map((log) => dirname(log))]) mkdirSync(made, { recursive: true });
  const launch = join(folder, 'launch');
  const end = join(folder, 'end');
  const toldBy = join(folder, 'tool.txt');
  const own = (start.pipes ?? []).map((direction, index) => ({ file: join(folder, String(index + 3)), direction }));
  const [script, ...pipes] = openPipes([{ file: launch, direction: 'in' }, ...own]);
  // Who writes to a process that dies learns of that by its end.
  for (const pipe of [script, ...pipes]) pipe?.on('error', () => {});
  script?.write(launchScript({ ...start, ...(logs !== undefined && { logs }), path: container.path, container: name, pipes: own, end }));
  const options =
    logs === undefined ? [...container.options, '--interactive', ...(process.stdin.isTTY ? ['--tty'] : [])] : container.options;
  const client: GroupStart = {
    file: tool.file,
    args: runArguments({ ...container, options }, name, reaper.lineage, [launch]),
    workingDirectory: '/',
    environmentVariables: tool.environmentVariables,
    stdout: toldBy,
    stderr: toldBy,
  };
  reaper.removeContainers(tool.file);
  const group = logs === undefined ? spawnInTerminal(client) : spawnGroup(client, reaper);
  let hasEnded = false;
  let isKilled = false;
  let seen: Seen | undefined;
  const find = (): Seen | undefined => {
    if (!hasEnded) seen ??= findIn(name);
    return seen;
  };
  return {
    get pid() {
      return find()?.pid;
    },
    get group() {
      return find()?.group;
    },
    pipes,
    ended: group.ended.then((clientEnd) => {
      hasEnded = true;
      script?.destroy();
      const told = textOf(toldBy);
      const code = textOf(end).trim();
      rmSync(folder, { recursive: true, force: true });
      if (code !== '') return endOf(Number(code));
      return isKilled ? { kind: 'killed', signal: 'SIGKILL' } : endOfClient(clientEnd, told);
    }),
    kill() {
      isKilled = true;
      void remove(name, tool, () => hasEnded).then(() => group.kill());
    },
  };
}

interface Seen {
  readonly pid: number;
  readonly group: number;
}

/** The first process that carries the container's name; undefined where it is not there yet, or cannot be seen from here. */
function findIn(name: string): Seen | undefined {
  const all = [...processIds()].filter((pid) => isMarked(pid, containerVariable, name)).flatMap((pid) => readStat(pid) ?? []);
  const [first] = all.toSorted((one, other) => one.started - other.started || one.pid - other.pid);
  return first === undefined ? undefined : { pid: first.pid, group: first.group };
}

async function remove(name: string, tool: ContainerTool, isGone: () => boolean): Promise<void> {
  for (let tries = 0; tries < mostTries && !isGone(); tries += 1) {
    await promisify(execFile)(tool.file, [...removal(tool), name], { env: tool.environmentVariables }).catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, killEveryMs));
  }
}

/** As a shell tells it. */
function endOf(code: number): GroupEnd {
  const [signal] = Object.entries(constants.signals).find(([, number]) => number === code - 128) ?? [];
  return signal === undefined ? { kind: 'exited', code } : { kind: 'killed', signal: signal as NodeJS.Signals };
}

/** Nobody in the container said how it ended: it was killed as a whole, or it never ran. */
function endOfClient(end: GroupEnd, told: string): GroupEnd {
  if (end.kind !== 'exited' || end.code === 128 + constants.signals.SIGKILL) return end.kind === 'exited' ? endOf(end.code) : end;
  return { kind: 'not_started', reason: told.trim() || `the container ended with exit code ${end.code}` };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
