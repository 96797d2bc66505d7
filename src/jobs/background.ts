/** A job's coordinator as a process of its own: it outlives the terminal and whoever started it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, rmSync } from 'node:fs';
import { messageOf } from '../errors/thrown.ts';
import { RequestError } from '../errors/types.ts';
import { openEventLog } from '../events/log.ts';
import type { Emit, EventBody } from '../events/types.ts';
import { type Amendment, amend } from '../language/amend.ts';
import { ownEntry } from '../os/own-files.ts';
import type { ProcessContext } from '../os/process-context.ts';
import type { Job, PreparedJob } from '../pipeline/context.ts';
import { placesOf, prepareJob } from '../pipeline/prepare.ts';
import { claimPlaces, handOverPlaces, releasePlaces } from '../store/claims.ts';
import type { JobLayout } from '../store/layout.ts';
import type { RunStore } from '../store/store.ts';
import { asCoordinator, handOver } from './coordinator.ts';
import { keepFromOthers, takeBack } from './from-scratch.ts';
import { reopenSteps } from './reopen-steps.ts';
import { hasBegun } from './run-here.ts';

export interface BackgroundOptions {
  readonly forceRerun?: boolean;
  /** Steps that have not completed run the code as it stands now; what finished under the old one stays. Default: the job's own copy. */
  readonly code?: boolean;
  /** Steps in which what failed for good is tried again; those behind them run again. */
  readonly again?: readonly string[];
  /** Nothing of what its steps have done stays: all of them run again. Default: what is done stays. */
  readonly fromScratch?: boolean;
  /** `PATH=VALUE`: settings that are others from here on. See `amend`. */
  readonly set?: readonly string[];
}

/**
 * Starts a stored job and returns as soon as its process exists; what that process prints goes to the job's `coordinator.log`.
 * The code that steps run is what stands there when this is called.
 * @throws RequestError when the job runs already, or cannot be run; one that was never started is then removed again.
 */
export async function startJobInBackground(
  here: ProcessContext,
  store: RunStore,
  name: string,
  options: BackgroundOptions = {},
): Promise<void> {
  const layout = store.layout(name);
  const isNew = !existsSync(layout.events) && !hasBegun(layout, store.jobs.spec(name));
  const { code = false, fromScratch = false, forceRerun = fromScratch, set = [] } = options;
  // This process holds the job until the new one does: at no moment does a started job look abandoned, or ended as it was before.
  await asCoordinator(store, name, async () => {
    const claimant = { home: store.home, name };
    const reopened = options.again === undefined ? undefined : reopenSteps(layout, store.jobs.spec(name), options.again);
    try {
      const notices: EventBody[] = [];
      const { spec, amendments } = amend(store.jobs.specToRun(name), set);
      if (fromScratch) keepFromOthers(store, name);
      const job = await prepared(here, store, name, { spec, editedCode: code, fromScratch }, (event) => notices.push(event));
      claimPlaces(placesOf(job), claimant);
      if (amendments.length > 0) store.jobs.amend(name, spec, amendments);
      if (fromScratch) takeBack(job);
      // Of the code's copy, which the new process finds made.
      const ofCode = isNew || code ? notices.filter((event) => event.type === 'notice' && event.step !== undefined) : [];
      await tell(layout, ...ofCode, ...amendments.map(amended));
    } catch (error) {
      if (isNew) store.jobs.remove(name);
      reopened?.undo();
      throw error;
    }
    reopened?.forgetFollowing();
    rmSync(layout.ending, { force: true });
    await tell(layout, { type: 'job_status', status: 'Queued', ...(fromScratch && { fromScratch }) });
    store.jobs.setStatus(name, 'Queued');
    try {
      const child = await spawnCoordinator(here, store, name, forceRerun || options.again !== undefined);
      handOver(store, name, child.pid ?? -1);
      handOverPlaces(claimant, child.pid ?? -1);
      child.unref();
    } catch (cause) {
      releasePlaces(claimant);
      const error = `No process could be started for job ${name}: ${messageOf(cause)}.`;
      await tell(layout, { type: 'job_status', status: 'Failed', error });
      store.jobs.setStatus(name, 'Failed', error);
      throw new RequestError({ code: 'no-process', message: error });
    }
  });
}

/** Takes the snapshots of the code, and finds out what cannot work while there is somebody to tell. What is worth a notice, the new process says. */
async function prepared(
  here: ProcessContext,
  store: RunStore,
  name: string,
  how: Pick<Job, 'spec' | 'editedCode' | 'fromScratch'>,
  emit: Emit,
): Promise<PreparedJob> {
  const never = new AbortController().signal;
  const { portion } = store.jobs.get(name);
  const job = {
    name,
    ...how,
    layout: store.layout(name),
    home: store.home,
    ...(portion !== undefined && { portion }),
  };
  return prepareJob(here, job, store.assets, { emit, drain: never, kill: never });
}

function amended({ step, path, from, to }: Amendment): EventBody {
  const was = from === undefined ? '' : ` (it was ${from})`;
  return { type: 'notice', level: 'info', step, message: `From here on ${path} is ${to}${was}.` };
}

async function spawnCoordinator(here: ProcessContext, store: RunStore, name: string, forceRerun: boolean): Promise<ChildProcess> {
  const entry = ownEntry('jobs/background-process');
  const log = openSync(store.layout(name).coordinatorLog, 'a');
  try {
    const child = spawn(process.execPath, [entry, store.home, name, forceRerun ? 'force' : 'reuse', String(process.pid)], {
      detached: true,
      env: here.environmentVariables,
      stdio: ['ignore', log, log],
    });
    await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    return child;
  } finally {
    closeSync(log);
  }
}

async function tell(layout: JobLayout, ...events: readonly EventBody[]): Promise<void> {
  if (events.length === 0) return;
  const log = openEventLog(layout.events);
  for (const event of events) log.emit(event);
  await log.close();
}
