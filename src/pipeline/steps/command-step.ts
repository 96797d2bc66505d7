/** Runs a command step: one shell command, or one for each process of a distribution. */
import { execFile } from 'node:child_process';
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { RequestError } from '../../errors/types.ts';
import type { CommandStep } from '../../language/types.ts';
import type { Reaper } from '../../os/reaper.ts';
import { type GroupEnd, type GroupStart, spawnGroup } from '../../os/spawn-group.ts';
import { type MissingModuleHint, missingModuleIn } from '../code/python.ts';
import { freePorts, mpirunArguments, processCount, pytorchRanks, type Rank, tensorflowRanks } from './distribution.ts';

export interface CommandRun {
  readonly step: Pick<CommandStep, 'distribution' | 'resources' | 'timeout'>;
  /** For bash, everything put in. */
  readonly command: string;
  readonly workingDirectory: string;
  /** Complete. */
  readonly environmentVariables: Readonly<Record<string, string>>;
  readonly logs: string;
  /** What to do about a Python module that a script did not find. */
  readonly missingModuleHint?: MissingModuleHint;
}

export type CommandResult =
  | { readonly kind: 'completed'; readonly exitCode: 0 }
  | { readonly kind: 'failed'; readonly error: string; readonly exitCode?: number }
  /** Killed on request. */
  | { readonly kind: 'interrupted' };

/** Under a step's logs. */
const logName = join('user', 'std_log.txt');

/** The end of the log that an error quotes. */
const quotedLines = 20;
const quotedBytes = 8192;

interface Member {
  readonly name?: string;
  readonly serves: boolean;
  readonly file: string;
  readonly args: readonly string[];
  readonly environmentVariables: Readonly<Record<string, string>>;
}

/** The longest time that a timer of Node's can wait, in milliseconds: some 24 days. */
const longestTimer = 2 ** 31 - 1;

/** @throws RequestError when a distribution can not be started on this machine. */
export async function runCommand(run: CommandRun, reaper: Reaper, kill: AbortSignal): Promise<CommandResult> {
  const members = await membersOf(run);
  const log = logOf(run);
  const stop = new AbortController();
  const stopped = AbortSignal.any([kill, stop.signal]);
  let failure: { readonly member: Member; readonly end: GroupEnd } | undefined;
  let working = members.filter((member) => !member.serves).length;
  const runMember = async (member: Member) => {
    const output = { stdout: log.path, stderr: log.path };
    const end = await endOf({ ...member, ...output, workingDirectory: run.workingDirectory }, reaper, stopped);
    if (!member.serves) working--;
    if (!succeeded(end) && !stopped.aborted) {
      failure = { member, end };
      // One that waits for a lost one would wait for ever.
      stop.abort('failure');
    } else if (working === 0) stop.abort('finished');
  };
  const { timeout } = run.step;
  const timer = timeout === undefined ? undefined : setTimeout(() => stop.abort('timeout'), Math.min(timeout * 1000, longestTimer));
  const ends = members.map(runMember);
  try {
    await Promise.all(ends);
  } finally {
    clearTimeout(timer);
    // Where one could not even be started, the others do not stay behind.
    stop.abort('failure');
    await Promise.allSettled(ends);
  }
  if (failure !== undefined) return failed(failure.member, failure.end, log, run.missingModuleHint);
  if (kill.aborted) return { kind: 'interrupted' };
  if (stop.signal.reason === 'timeout') {
    return {
      kind: 'failed',
      error: `The command ran longer than its timeout of ${run.step.timeout} ${run.step.timeout === 1 ? 'second' : 'seconds'} and was killed.${quoted(tail(log))}`,
    };
  }
  return { kind: 'completed', exitCode: 0 };
}

/** Runs the process with everything that it starts, to its end or until it is to be killed. */
async function endOf(start: GroupStart, reaper: Reaper, kill: AbortSignal): Promise<GroupEnd> {
  const group = spawnGroup(start, reaper);
  if (kill.aborted) group.kill();
  kill.addEventListener('abort', group.kill, { once: true });
  const end = await group.ended;
  kill.removeEventListener('abort', group.kill);
  return end;
}

async function membersOf(run: CommandRun): Promise<readonly Member[]> {
  const { distribution, resources } = run.step;
  const shell = { file: 'bash', args: ['-c', run.command] };
  switch (distribution?.type) {
    case undefined:
      return [{ ...shell, serves: false, environmentVariables: run.environmentVariables }];
    case 'mpi': {
      const version = await mpiVersion(run.environmentVariables);
      const args = mpirunArguments(version, processCount(distribution, resources.instanceCount), run.command, process.getuid?.() === 0);
      return [{ name: 'mpirun', file: 'mpirun', args, serves: false, environmentVariables: run.environmentVariables }];
    }
    case 'pytorch': {
      const [port = 0] = await freePorts(1);
      return ranked(pytorchRanks(distribution.processCountPerInstance, resources.instanceCount, port));
    }
    case 'tensorflow': {
      const { workerCount, parameterServerCount } = distribution;
      return ranked(tensorflowRanks(workerCount, parameterServerCount, await freePorts(workerCount + parameterServerCount)));
    }
  }

  function ranked(ranks: readonly Rank[]): Member[] {
    return ranks.map((rank) => ({
      ...shell,
      name: rank.name,
      serves: rank.serves,
      environmentVariables: { ...run.environmentVariables, ...rank.environmentVariables },
    }));
  }
}

async function mpiVersion(env: Readonly<Record<string, string>>): Promise<string> {
  try {
    return (await promisify(execFile)('mpirun', ['--version'], { env })).stdout;
  } catch (cause) {
    throw new RequestError(
      {
        code: 'no-mpirun',
        message: 'The step has `distribution: {type: mpi}`, and no working `mpirun` is on the PATH.',
        hint: 'Install an MPI, on Debian and Ubuntu: apt-get install openmpi-bin.',
      },
      { cause },
    );
  }
}

function succeeded(end: GroupEnd): boolean {
  return end.kind === 'exited' && end.code === 0;
}

function failed(member: Member, end: GroupEnd, log: Log, hint: MissingModuleHint | undefined): CommandResult {
  const who = member.name === undefined ? 'The command' : `The command (${member.name})`;
  const printed = tail(log);
  const missing = missingModuleIn(printed);
  const after = `${quoted(printed)}${missing === undefined || hint === undefined ? '' : `\n${hint(missing)}`}`;
  switch (end.kind) {
    case 'exited':
      return { kind: 'failed', exitCode: end.code, error: `${who} ended with exit code ${end.code}${explain(end.code)}.${after}` };
    case 'killed':
      return { kind: 'failed', error: `${who} was killed by ${end.signal}${end.signal === 'SIGKILL' ? outOfMemory : ''}.${after}` };
    case 'not_started':
      return { kind: 'failed', error: `${who} could not be started: ${end.reason}.` };
  }
}

const outOfMemory = ', which is also what the system does when memory runs out';

/** What a shell says by its exit code. */
function explain(code: number): string {
  if (code === 126) return ' (not executable)';
  if (code === 127) return ' (command not found)';
  return code === 137 ? ` (killed${outOfMemory})` : '';
}

/** The log, and where in it this try begins: a resumed step goes on in the log of the one before. */
interface Log {
  readonly path: string;
  readonly start: number;
}

function logOf({ logs }: CommandRun): Log {
  const path = join(logs, logName);
  return { path, start: statSync(path, { throwIfNoEntry: false })?.size ?? 0 };
}

/** The last lines of the log: most often the traceback. */
function tail({ path, start }: Log): string {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const buffer = Buffer.alloc(Math.min(size - start, quotedBytes));
    readSync(file, buffer, 0, buffer.length, size - buffer.length);
    const lines = buffer.toString('utf8').trimEnd().split('\n');
    if (size - start > quotedBytes) lines.shift();
    return lines.slice(-quotedLines).join('\n');
  } finally {
    closeSync(file);
  }
}

function quoted(text: string): string {
  return text === '' ? ' It printed nothing.' : `\n${text}`;
}
