/** Runs a command step: one shell command, or one for each process of a distribution. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { RequestError } from '../../errors/types.ts';
import type { CommandStep } from '../../language/types.ts';
import type { Container } from '../../os/container/container.ts';
import { startGroup } from '../../os/container/spawn-contained.ts';
import { logFromHere } from '../../os/log-tail.ts';
import type { Reaper } from '../../os/reaper.ts';
import type { GroupEnd, GroupStart } from '../../os/spawn-group.ts';
import { type MissingModuleHint, missingModuleIn } from '../code/python.ts';
import { CommandLogs, lastLines, quoted } from './command-log.ts';
import {
  freePorts,
  mpirunArguments,
  processCount,
  pytorchRanks,
  type Rank,
  rankedCommand,
  rankLogVariable,
  tensorflowRanks,
} from './distribution.ts';
import { MergedLog, type PrintedBy } from './merged-log.ts';
import { type Nodes, thisMachine } from './nodes.ts';

export interface CommandRun {
  readonly step: Pick<CommandStep, 'distribution' | 'resources' | 'timeout'>;
  /** For bash, everything put in. */
  readonly command: string;
  readonly workingDirectory: string;
  /** Complete. */
  readonly environmentVariables: Readonly<Record<string, string>>;
  readonly logs: string;
  /** What its processes run in, one each. Absent: this machine as it is. */
  readonly container?: Container;
  /** What to do about a Python module that a script did not find. */
  readonly missingModuleHint?: MissingModuleHint;
}

export type CommandResult =
  | { readonly kind: 'completed'; readonly exitCode: 0 }
  | { readonly kind: 'failed'; readonly error: string; readonly exitCode?: number }
  /** Killed on request. */
  | { readonly kind: 'interrupted' };

interface Member {
  readonly name?: string;
  /** Its own. */
  readonly log: string;
  readonly serves: boolean;
  readonly file: string;
  readonly args: readonly string[];
  readonly environmentVariables: Readonly<Record<string, string>>;
}

/** The longest time that a timer of Node's can wait, in milliseconds: some 24 days. */
const longestTimer = 2 ** 31 - 1;

/** @throws RequestError when a distribution can not be started on this machine. */
export async function runCommand(run: CommandRun, reaper: Reaper, kill: AbortSignal, nodes = thisMachine): Promise<CommandResult> {
  const members = await membersOf(run, nodes);
  const logs = new CommandLogs(run.logs);
  const merged = mergedLog(run, members, logs);
  const starts = new Map([logs.all, ...members.map(({ log }) => log)].map((path) => [path, logFromHere(path)]));
  const stop = new AbortController();
  const stopped = AbortSignal.any([kill, stop.signal]);
  let failure: { readonly member: Member; readonly end: GroupEnd } | undefined;
  let working = members.filter((member) => !member.serves).length;
  const runMember = async (member: Member) => {
    const end = await endOf(
      { ...member, stdout: member.log, stderr: member.log, workingDirectory: run.workingDirectory },
      reaper,
      run.container,
      stopped,
    );
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
    merged?.close();
  }
  const printed = (path: string) => lastLines(starts.get(path) ?? { path, start: 0 }, run.workingDirectory);
  if (failure !== undefined) {
    // What a rank of mpirun's said is not in mpirun's own.
    const { log } = failure.member;
    return failed(failure.member, failure.end, printed(log === logs.mpirun ? logs.all : log), run.missingModuleHint);
  }
  if (kill.aborted) return { kind: 'interrupted' };
  if (stop.signal.reason === 'timeout') {
    return {
      kind: 'failed',
      error: `The command ran longer than its timeout of ${run.step.timeout} ${run.step.timeout === 1 ? 'second' : 'seconds'} and was killed.${quoted(printed(logs.all))}`,
    };
  }
  return { kind: 'completed', exitCode: 0 };
}

/** Runs the process with everything that it starts, to its end or until it is to be killed. */
async function endOf(start: GroupStart, reaper: Reaper, container: Container | undefined, kill: AbortSignal): Promise<GroupEnd> {
  const group = startGroup(start, reaper, container);
  if (kill.aborted) group.kill();
  kill.addEventListener('abort', group.kill, { once: true });
  const end = await group.ended;
  kill.removeEventListener('abort', group.kill);
  return end;
}

async function membersOf(run: CommandRun, nodes: Nodes): Promise<readonly Member[]> {
  const { distribution, resources } = run.step;
  const logs = new CommandLogs(run.logs);
  switch (distribution?.type) {
    case undefined:
      return [{ ...thisMachine.shell(0, run.command), log: logs.all, serves: false, environmentVariables: run.environmentVariables }];
    case 'mpi': {
      // Which it is in an image cannot be known without asking: that of the images of the cloud.
      const version = run.container === undefined ? await mpiVersion(run.environmentVariables) : 'Open MPI';
      const ranks = processCount(distribution, resources.instanceCount);
      const args = mpirunArguments(version, ranks, rankedCommand(run.command), process.getuid?.() === 0);
      const environmentVariables = { ...run.environmentVariables, [rankLogVariable]: logs.processes };
      return [{ name: 'mpirun', log: logs.mpirun, file: 'mpirun', args, serves: false, environmentVariables }];
    }
    case 'pytorch': {
      const [port = 0] = await freePorts(1);
      return ranked(pytorchRanks(distribution.processCountPerInstance, resources.instanceCount, port, nodes));
    }
    case 'tensorflow': {
      const { workerCount, parameterServerCount } = distribution;
      const ports = await freePorts(workerCount + parameterServerCount);
      return ranked(tensorflowRanks(workerCount, parameterServerCount, ports, resources.instanceCount, nodes));
    }
  }

  function ranked(ranks: readonly Rank[]): Member[] {
    return ranks.map((rank) => ({
      ...nodes.shell(rank.node, run.command),
      name: rank.name,
      log: logs.process(rank.process),
      serves: rank.serves,
      environmentVariables: { ...run.environmentVariables, ...rank.environmentVariables },
    }));
  }
}

/** Of a distributed command: what all of its processes print. */
function mergedLog(
  { step: { distribution, resources } }: CommandRun,
  members: readonly Member[],
  logs: CommandLogs,
): MergedLog | undefined {
  if (distribution === undefined) return undefined;
  const own = members.map(({ name = '', log }): PrintedBy => ({ name, path: log }));
  const ranks = distribution.type === 'mpi' ? processCount(distribution, resources.instanceCount) : 0;
  const started = Array.from({ length: ranks }, (_, rank): PrintedBy => ({ name: `rank ${rank}`, path: logs.process(rank) }));
  return new MergedLog(logs.all, [...started, ...own]);
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

function failed(member: Member, end: GroupEnd, printed: string, hint: MissingModuleHint | undefined): CommandResult {
  const who = member.name === undefined ? 'The command' : `The command (${member.name})`;
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
