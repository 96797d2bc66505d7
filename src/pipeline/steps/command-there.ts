/** Runs a command step on machines that a scheduler gives for it. */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isErrno, messageOf } from '../../errors/thrown.ts';
import { RequestError } from '../../errors/types.ts';
import { prlCommand, withoutSecrets } from '../../launch/agent-command.ts';
import type { AllocationState, Launcher } from '../../launch/launcher.ts';
import { openLauncher } from '../../launch/open-launcher.ts';
import { pendingText } from '../../launch/pending.ts';
import { type LauncherSettings, prlOf } from '../../launch/settings.ts';
import { stepKey } from '../../launch/step-key.ts';
import { replaceFile } from '../../os/files.ts';
import { lineageVariable } from '../../os/lineage.ts';
import { tail } from '../../os/log-tail.ts';
import { missingModuleIn } from '../code/python.ts';
import { quoted } from './command-log.ts';
import { beatMs, type CommandOrder } from './command-order.ts';
import type { CommandResult, CommandRun } from './command-step.ts';
import { processCount } from './distribution.ts';

export interface CommandPlace {
  readonly settings: LauncherSettings;
  /** The compute's name. */
  readonly compute: string;
  /** For people: `JOB, step STEP`. */
  readonly what: string;
  /** The step's folder, which all machines see. */
  readonly directory: string;
  /** What this process has inherited. */
  readonly inherited: Readonly<Record<string, string>>;
  readonly notice: (level: 'info' | 'warning', message: string) => void;
}

const lookAtResultMs = 200;
/** The scheduler is asked rarely: others ask it, too. */
const pace = { least: 1000, most: 10_000 };
const toldLines = 8;
const label = 'command';

/** @throws RequestError where the scheduler refuses, in its own words */
export async function runCommandThere(run: CommandRun, place: CommandPlace, kill: AbortSignal): Promise<CommandResult> {
  const { compute, directory } = place;
  if (run.container !== undefined) {
    throw new RequestError({
      code: 'container-on-cluster',
      message: `The nodes of the compute ${compute} run no containers yet.`,
      hint: 'Set environment: venv (or system) for the compute: packages that the job declares are then installed in the shared home.',
    });
  }
  const folder = join(directory, 'state', 'command');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const order = orderOf(run, place.inherited, folder);
  const file = join(folder, 'order.json');
  replaceFile(file, JSON.stringify(order), false);
  const launcher = await launcherFor(run, place, file);
  let beats = 0;
  const beat = () => {
    beats += 1;
    replaceFile(order.beat, `${beats}`, false);
  };
  beat();
  const timer = setInterval(beat, beatMs);
  try {
    // What an earlier life of the step has left would write to the same places.
    await cleared(launcher, kill);
    const [id = ''] = kill.aborted ? [] : await launcher.start([label]);
    const ended = await endOf(launcher, id, order, run, place, kill);
    return ended.kind === 'failed' ? withHint(ended, run) : ended;
  } finally {
    clearInterval(timer);
    await launcher.clear().catch((error: unknown) => place.notice('warning', messageOf(error)));
    rmSync(folder, { recursive: true, force: true });
  }
}

function orderOf(
  { container: _container, missingModuleHint: _hint, ...run }: CommandRun,
  inherited: Readonly<Record<string, string>>,
  folder: string,
): CommandOrder {
  // The rest comes with what the scheduler hands on.
  const own = Object.entries(run.environmentVariables).filter(([name, value]) => name !== lineageVariable && inherited[name] !== value);
  return {
    run: { ...run, environmentVariables: Object.fromEntries(own) },
    result: join(folder, 'result.json'),
    beat: join(folder, 'beat'),
  };
}

/** @throws RequestError for a compute whose machines are none that a command could be run on */
async function launcherFor({ step, logs }: CommandRun, place: CommandPlace, file: string): Promise<Launcher> {
  const { settings, what, directory, inherited } = place;
  const { distribution, resources } = step;
  // A single command has one node of those that were asked for.
  const nodes = distribution === undefined ? 1 : resources.instanceCount;
  const processesPerNode = Math.ceil(processCount(distribution, resources.instanceCount) / nodes);
  const launcher = await openLauncher(settings, {
    key: stepKey(directory),
    what,
    logs: join(logs, 'sys', 'scheduler'),
    command: () => [...prlCommand(prlOf(settings)), '__command', file],
    environmentVariables: withoutSecrets(inherited),
    kind: { type: 'command', nodes, processesPerNode },
  });
  if (launcher !== undefined) return launcher;
  throw new RequestError({ code: 'no-launcher', message: `The compute ${place.compute} starts nothing by itself.` });
}

async function cleared(launcher: Launcher, kill: AbortSignal): Promise<void> {
  await launcher.clear();
  while (!kill.aborted && [...(await launcher.look()).values()].some(({ kind }) => kind !== 'ended')) {
    await sleep(pace.least, undefined, { signal: kill }).catch(() => {});
  }
}

async function endOf(
  launcher: Launcher,
  id: string,
  order: CommandOrder,
  { logs, step }: CommandRun,
  { notice }: CommandPlace,
  kill: AbortSignal,
): Promise<CommandResult> {
  const nodes = step.distribution === undefined ? 1 : step.resources.instanceCount;
  let told = '';
  let isAway = false;
  let pause = pace.least;
  let lookAt = 0;
  let last = '';
  while (!kill.aborted) {
    const result = resultIn(order.result);
    if (result !== undefined) return result;
    if (performance.now() >= lookAt) {
      try {
        const state = (await launcher.look()).get(id) ?? lost;
        isAway = false;
        const waiting = state.kind === 'pending' && state.reason !== '' ? [{ allocation: id, reason: state.reason }] : [];
        const text = pendingText(launcher.name, waiting, nodes === 1 ? 'the node' : `${nodes} nodes`);
        if (text !== '' && text !== told) notice('info', text);
        told = text;
        if (state.kind === 'ended') return resultIn(order.result) ?? ended(launcher, id, state, logs);
        pause = last === state.kind ? Math.min(pace.most, pause * 1.5) : pace.least;
        last = state.kind;
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
        if (!isAway) notice('warning', `${error.message} What runs goes on, and ${launcher.name} is asked again.`);
        isAway = true;
      }
      lookAt = performance.now() + pause;
    }
    await sleep(lookAtResultMs, undefined, { signal: kill }).catch(() => {});
  }
  return { kind: 'interrupted' };
}

const lost: AllocationState = { kind: 'ended', why: 'unknown to it now', host: '' };

function ended(launcher: Launcher, id: string, state: Extract<AllocationState, { kind: 'ended' }>, logs: string): CommandResult {
  const where = state.host === '' ? '' : ` on ${state.host}`;
  const printed = tail({ path: join(logs, 'sys', 'scheduler', launcher.logOf(label)), start: 0 }, toldLines);
  return {
    kind: 'failed',
    error: `${launcher.name} ${launcher.unit} ${id}${where} ended before the command did: ${launcher.name} says ${state.why}.${quoted(printed)}`,
  };
}

/** Undefined while it runs, or where the process there was told to stop: then the scheduler says why. */
function resultIn(file: string): CommandResult | undefined {
  try {
    const result = JSON.parse(readFileSync(file, 'utf8')) as CommandResult;
    return result.kind === 'interrupted' ? undefined : result;
  } catch (error) {
    if (isErrno(error, 'ENOENT') || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function withHint(result: Extract<CommandResult, { kind: 'failed' }>, { missingModuleHint }: CommandRun): CommandResult {
  const missing = missingModuleIn(result.error);
  return missing === undefined || missingModuleHint === undefined
    ? result
    : { ...result, error: `${result.error}\n${missingModuleHint(missing)}` };
}
