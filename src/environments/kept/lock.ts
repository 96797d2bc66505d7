/** One process at a time. A lock is its process's: one that died holds nobody up. */
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isErrno, messageOf } from '../../errors/thrown.ts';
import { RequestError } from '../../errors/types.ts';
import { isRecord } from '../../os/facts.ts';
import { startTime } from '../../os/start-time.ts';

/** @param waiting is told once, where another process holds it. @throws the signal's reason when it is aborted meanwhile */
export async function whileHeld<T>(lock: string, signal: AbortSignal, waiting: () => void, work: () => Promise<T>): Promise<T> {
  for (let tries = 0; !taken(lock); tries += 1) {
    if (tries === 0) waiting();
    await sleep(100, undefined, { signal });
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function taken(lock: string): boolean {
  // Whole when it is there: who reads it finds a holder.
  const own = `${lock}.${process.pid}`;
  try {
    writeFileSync(own, JSON.stringify({ pid: process.pid, started: startTime(process.pid) ?? '' }));
    linkSync(own, lock);
    return true;
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) {
      throw new RequestError({ code: 'bad-home', message: `Environments cannot be made: ${messageOf(error)}.` }, { cause: error });
    }
  } finally {
    rmSync(own, { force: true });
  }
  // Two that find it given up at once may both go on: what they make is put into place whole.
  if (!isHeld(lock)) rmSync(lock, { force: true });
  return false;
}

function isHeld(lock: string): boolean {
  try {
    const holder: unknown = JSON.parse(readFileSync(lock, 'utf8'));
    return isRecord(holder) && typeof holder.pid === 'number' && startTime(holder.pid) === holder.started;
  } catch (error) {
    // Just given up: it is tried again.
    return isErrno(error, 'ENOENT');
  }
}
