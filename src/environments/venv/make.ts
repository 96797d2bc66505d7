/** Makes an environment, once, however many steps and jobs ask for it at the same time. */
import { existsSync, linkSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isErrno, messageOf } from '../../errors/thrown.ts';
import { RequestError } from '../../errors/types.ts';
import { formatNumberOf, formatSeconds } from '../../events/format.ts';
import { isRecord } from '../../os/facts.ts';
import { startTime } from '../../os/start-time.ts';
import type { ResolvedInterpreter } from '../interpreter.ts';
import { environmentsFolder, findMade, keyOf, noteUse, writeMade } from './cache.ts';
import { buildError } from './explain.ts';
import type { Recipe } from './recipe.ts';
import { runProgram, type Workshop } from './run.ts';
import { uvProgram } from './uv.ts';

export interface Making extends Workshop {
  readonly home: string;
  readonly tell: (message: string) => void;
}

const underWay = new Map<string, Promise<ResolvedInterpreter>>();

/**
 * The interpreter of an environment with these packages: one that is kept, else one that is made now, on the interpreter given.
 * @throws RequestError with the installer's own words when it cannot be made
 */
export function makeEnvironment(recipe: Recipe, base: ResolvedInterpreter, making: Making): Promise<ResolvedInterpreter> {
  const key = keyOf(recipe, base);
  const kept = take(making.home, key);
  if (kept !== undefined) return Promise.resolve(kept);
  const place = join(environmentsFolder(making.home), key);
  const already = underWay.get(place);
  if (already !== undefined) return already;
  const made = alone(place, making, () => make(recipe, base, key, making)).finally(() => underWay.delete(place));
  underWay.set(place, made);
  return made;
}

/** One that is there, and stays there while this process lives. */
function take(home: string, key: string): ResolvedInterpreter | undefined {
  if (findMade(home, key) === undefined) return undefined;
  noteUse(join(environmentsFolder(home), key));
  // Whoever takes it away looks for its users when it has another name already.
  return findMade(home, key);
}

/** In a folder of its own, which gets its name when it is whole: nobody ever sees a part of it. */
async function make(recipe: Recipe, base: ResolvedInterpreter, key: string, making: Making): Promise<ResolvedInterpreter> {
  const made = take(making.home, key);
  if (made !== undefined) return made;
  const began = performance.now();
  const uv = await uvProgram(making.home, making, () => making.tell('The installer of environments, uv, is fetched once.'));
  const folder = environmentsFolder(making.home);
  const place = join(folder, key);
  const draft = mkdtempSync(join(folder, `.making-${process.pid}-`));
  const directory = join(draft, 'environment');
  const installer = {
    ...making,
    environmentVariables: { ...indexOf(making.environmentVariables), UV_PYTHON_DOWNLOADS: 'never', UV_NO_PROGRESS: '1', NO_COLOR: '1' },
  };
  making.tell(`An environment is made: ${formatNumberOf(recipe.wishes.length, 'package')} on Python ${base.version} (${base.python}).`);
  try {
    const venv = await runProgram(
      [uv, 'venv', '--quiet', '--relocatable', '--no-project', '--python', base.python, directory],
      installer,
      join(draft, 'venv.log'),
      draft,
    );
    if (!venv.ok) throw buildError(recipe, venv.printed);
    const requirements = join(draft, 'requirements.txt');
    writeFileSync(requirements, recipe.wishes.map(({ line }) => `${line}\n`).join(''));
    const install = await runProgram(
      [
        uv,
        'pip',
        'install',
        ...compiling(making.environmentVariables),
        '--python',
        join(directory, 'bin', 'python'),
        '--requirement',
        requirements,
      ],
      installer,
      join(draft, 'install.log'),
      draft,
    );
    if (!install.ok) throw buildError(recipe, install.printed);
    const packages = recipe.wishes.map(({ line }) => line);
    writeMade(directory, { python: base.python, version: base.version, packages, made: new Date().toISOString() });
    // One whose interpreter is gone, or that is torn.
    if (existsSync(place)) rmSync(place, { recursive: true, force: true });
    noteUse(directory);
    renameSync(directory, place);
    making.tell(`The environment is made (${formatSeconds((performance.now() - began) / 1000)}); it is kept for the next time.`);
    return { python: join(place, 'bin', 'python'), version: base.version };
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Python compiles what it imports for the next time; where it must not, that is done now. */
function compiling({ PYTHONDONTWRITEBYTECODE }: Readonly<Record<string, string>>): readonly string[] {
  return PYTHONDONTWRITEBYTECODE === undefined || PYTHONDONTWRITEBYTECODE === '' ? [] : ['--compile-bytecode'];
}

/** What users of pip have set for it holds for its successor. */
function indexOf(variables: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { PIP_INDEX_URL, PIP_EXTRA_INDEX_URL, PIP_FIND_LINKS, UV_DEFAULT_INDEX, UV_INDEX_URL, UV_INDEX, UV_FIND_LINKS } = variables;
  return {
    ...variables,
    ...(PIP_INDEX_URL !== undefined && UV_DEFAULT_INDEX === undefined && UV_INDEX_URL === undefined && { UV_DEFAULT_INDEX: PIP_INDEX_URL }),
    ...(PIP_EXTRA_INDEX_URL !== undefined && UV_INDEX === undefined && { UV_INDEX: PIP_EXTRA_INDEX_URL }),
    ...(PIP_FIND_LINKS !== undefined && UV_FIND_LINKS === undefined && existsSync(PIP_FIND_LINKS) && { UV_FIND_LINKS: PIP_FIND_LINKS }),
  };
}

/** While no other process makes the same; one that died holds nobody up. */
async function alone<T>(place: string, { tell, signal }: Making, work: () => Promise<T>): Promise<T> {
  const lock = `${place}.lock`;
  mkdirSync(environmentsFolder(join(place, '..', '..')), { recursive: true });
  let told = false;
  while (!taken(lock)) {
    if (!told) tell('Another process makes the same environment; this one waits for it.');
    told = true;
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
  // What is made in the end is put into place whole: at worst two make the same.
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
