/** A job's coordinator as a process of its own: it outlives the terminal and whoever started it. */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { extname, join } from 'node:path';
import { RequestError } from '../errors/types.ts';
import type { RunStore } from '../runs/store.ts';
import { alreadyRunning, becomeCoordinator, liveCoordinator } from './coordinator.ts';

export interface BackgroundOptions {
  readonly forceRerun?: boolean;
}

/**
 * Starts a stored job and returns as soon as its process exists; what that process prints goes to the job's `coordinator.log`.
 * @throws RequestError when the job runs already, or no process could be started.
 */
export async function startJobInBackground(store: RunStore, name: string, options: BackgroundOptions = {}): Promise<void> {
  const layout = store.layout(name);
  const holder = liveCoordinator(layout);
  if (holder !== undefined) throw alreadyRunning(name, holder);
  store.jobs.setStatus(name, 'Queued');
  const entry = join(import.meta.dirname, `background-process${extname(import.meta.filename)}`);
  const log = openSync(layout.coordinatorLog, 'a');
  try {
    const child = spawn(process.execPath, [entry, store.home, name, options.forceRerun === true ? 'force' : 'reuse'], {
      detached: true,
      stdio: ['ignore', log, log],
    });
    await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    child.unref();
    // In the child's name, so that there is no moment at which a stored and started job looks abandoned.
    if (child.pid !== undefined) becomeCoordinator(store, name, child.pid);
  } catch (error) {
    if (error instanceof RequestError) throw error;
    throw new RequestError({
      code: 'no-process',
      message: `No process could be started for job ${name}: ${error instanceof Error ? error.message : String(error)}.`,
    });
  } finally {
    closeSync(log);
  }
}
