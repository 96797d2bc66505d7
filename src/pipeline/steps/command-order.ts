/**
 * A command that runs on machines of a scheduler: what the coordinator writes for the process that is started there, and what that does.
 * Both see the step's folder, and nothing else of one another.
 */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf } from '../../errors/thrown.ts';
import { RequestError } from '../../errors/types.ts';
import { onNode, ownNodes } from '../../launch/slurm/nodes.ts';
import { replaceFile } from '../../os/files.ts';
import { killMarked, lineageVariable, stepMark } from '../../os/lineage.ts';
import type { ProcessContext } from '../../os/process-context.ts';
import { type CommandResult, type CommandRun, runCommand } from './command-step.ts';
import { type Nodes, thisMachine } from './nodes.ts';

export interface CommandOrder {
  readonly run: Omit<CommandRun, 'container' | 'missingModuleHint'>;
  /** Where what became of it is to be written. */
  readonly result: string;
  /** Changes as long as the coordinator lives. */
  readonly beat: string;
}

/** Between two signs of life of the coordinator. */
export const beatMs = 5000;
/** A network file system may show a change a minute late. */
const silentMs = 120_000;

/** Runs the command that the file orders, on the nodes of the Slurm job that this process is in; else here. */
export async function runOrder(file: string, here: ProcessContext): Promise<CommandResult> {
  const { run, result, beat } = JSON.parse(readFileSync(file, 'utf8')) as CommandOrder;
  const { environmentVariables: inherited, reaper, lineage } = here;
  const mark = stepMark(lineage, dirname(file));
  const environmentVariables = { ...inherited, ...run.environmentVariables, [lineageVariable]: mark };
  const kill = new AbortController();
  const stop = () => kill.abort();
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop);
  const watch = watchBeat(beat, stop);
  try {
    const ended = await runCommand({ ...run, environmentVariables }, reaper, kill.signal, await nodesHere(inherited));
    replaceFile(result, JSON.stringify(ended), true);
    return ended;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    const failed: CommandResult = { kind: 'failed', error: messageOf(error) };
    replaceFile(result, JSON.stringify(failed), true);
    return failed;
  } finally {
    clearInterval(watch);
    killMarked(mark);
  }
}

async function nodesHere(environmentVariables: Readonly<Record<string, string>>): Promise<Nodes> {
  const nodes = await ownNodes(environmentVariables);
  const [first] = nodes ?? [];
  if (nodes === undefined || first === undefined) return thisMachine;
  return {
    address: (node) => (nodes[node] ?? first).address,
    shell: (node, command) => onNode(nodes[node] ?? first, command),
  };
}

/** Nobody would ever look at what becomes of the command. */
function watchBeat(beat: string, gone: () => void): NodeJS.Timeout {
  let said = '';
  let heard = performance.now();
  return setInterval(() => {
    const says = readBeat(beat);
    if (says !== undefined && says !== said) {
      said = says;
      heard = performance.now();
    } else if (performance.now() - heard > silentMs) gone();
  }, beatMs);
}

function readBeat(beat: string): string | undefined {
  try {
    return readFileSync(beat, 'utf8');
  } catch {
    return undefined;
  }
}
