/** Makes an environment once, however many steps and jobs ask for it at the same time. */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { formatSeconds } from '../../events/format.ts';
import type { Workshop } from '../run-program.ts';
import { environmentsFolder, findKept, type MadeEnvironment, noteUse, writeMade } from './kept.ts';
import { whileHeld } from './lock.ts';

export interface Making extends Workshop {
  readonly home: string;
  readonly tell: (message: string) => void;
}

export interface WantedEnvironment {
  /** The same for everything that is made of the same. */
  readonly key: string;
  /** A file in it without which it is of no use. */
  readonly needed: string;
  /** Fills the folder, which is not there yet. @param draft a folder for logs and the like, taken away afterwards */
  fill(directory: string, draft: string): Promise<MadeEnvironment>;
}

const underWay = new Map<string, Promise<string>>();

/**
 * The folder of one that is kept, else of one that is made now; it stays while this process lives.
 * @throws RequestError with the installer's own words when it cannot be made
 */
export function keptOrMade(wanted: WantedEnvironment, making: Making): Promise<string> {
  const kept = take(wanted, making.home);
  if (kept !== undefined) return Promise.resolve(kept);
  const folder = environmentsFolder(making.home);
  const place = join(folder, wanted.key);
  const already = underWay.get(place);
  if (already !== undefined) return already;
  mkdirSync(folder, { recursive: true });
  const waiting = () => making.tell('Another process makes the same environment; this one waits for it.');
  const work = async () => take(wanted, making.home) ?? (await make(wanted, making));
  const made = whileHeld(`${place}.lock`, making.signal, waiting, work).finally(() => underWay.delete(place));
  underWay.set(place, made);
  return made;
}

function take({ key, needed }: WantedEnvironment, home: string): string | undefined {
  const found = findKept(home, key, needed);
  if (found !== undefined) noteUse(found);
  // Whoever takes it away looks for its users when it has another name already.
  return findKept(home, key, needed);
}

/** In a folder of its own, which gets its name when it is whole: nobody ever sees a part of it. */
async function make({ key, fill }: WantedEnvironment, { home, tell }: Making): Promise<string> {
  const began = performance.now();
  const folder = environmentsFolder(home);
  const place = join(folder, key);
  const draft = mkdtempSync(join(folder, `.making-${process.pid}-`));
  try {
    const directory = join(draft, 'environment');
    writeMade(directory, await fill(directory, draft));
    noteUse(directory);
    // One that is torn, or of no use any more.
    if (existsSync(place)) rmSync(place, { recursive: true, force: true });
    renameSync(directory, place);
    tell(`The environment is made (${formatSeconds((performance.now() - began) / 1000)}); it is kept for the next time.`);
    return place;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}
