/** Which Python runs: `PARALLELRUN_PYTHON`, else the first `python3` on the PATH. */
import { execFile } from 'node:child_process';
import { access, constants, open, readFile, realpath } from 'node:fs/promises';
import { basename, delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { messageOf } from '../errors/thrown.ts';
import { type Problem, RequestError } from '../errors/types.ts';

export interface ResolvedInterpreter {
  /** Absolute path. */
  readonly python: string;
  /** `3.11`, or `3.11.7` where that is known. */
  readonly version: string;
}

const oldest = [3, 9] as const;

/**
 * Python itself is only started where nothing else tells its version, or where the command is a script that looks for
 * the interpreter anew at each start (pyenv's): workers are then started without that detour.
 * @throws RequestError when there is none, or one older than 3.9
 */
export async function resolveInterpreter(env: NodeJS.ProcessEnv): Promise<ResolvedInterpreter> {
  const wanted = env.PARALLELRUN_PYTHON;
  const name = wanted === undefined || wanted === '' ? 'python3' : wanted;
  const found = await locate(name, env.PATH ?? '');
  if (found === undefined) throw new RequestError(missing(name, name === wanted));
  const interpreter = (await isScript(found)) ? await ask(found, env) : { python: found, version: await versionOf(found, env) };
  const [major = 0, minor = 0] = interpreter.version.split('.').map(Number);
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) throw new RequestError(tooOld(interpreter));
  return interpreter;
}

/** The program of that name on the PATH, or at that path; absolute. */
export async function locate(name: string, path: string): Promise<string | undefined> {
  const candidates = name.includes('/') ? [resolve(name)] : path.split(delimiter).map((folder) => join(folder || '.', name));
  for (const candidate of candidates) {
    if (await isExecutable(candidate)) return isAbsolute(candidate) ? candidate : resolve(candidate);
  }
  return undefined;
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function isScript(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer.toString('latin1') === '#!';
  } catch {
    // A folder of that name, or a file that may be run but not read: starting it says more.
    return false;
  } finally {
    await handle.close();
  }
}

/** Undefined for what does not work as an interpreter: pyenv's commands for versions that are not chosen, a broken link. */
export async function versionIn(python: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  try {
    return (await isScript(python)) ? undefined : await versionOf(python, env);
  } catch {
    return undefined;
  }
}

async function versionOf(python: string, env: NodeJS.ProcessEnv): Promise<string> {
  const environment = await readFile(join(dirname(dirname(python)), 'pyvenv.cfg'), 'utf8').catch(() => '');
  const noted = /^version(?:_info)?\s*=\s*(\d+\.\d+(?:\.\d+)?)/m.exec(environment)?.[1];
  if (noted !== undefined) return noted;
  // `python3` is usually a link to `python3.11`.
  const named = /^python(\d+\.\d+)$/.exec(basename(await realpath(python)))?.[1];
  return named ?? (await ask(python, env)).version;
}

async function ask(python: string, env: NodeJS.ProcessEnv): Promise<ResolvedInterpreter> {
  const program = 'import sys; print(sys.executable); print("%d.%d.%d" % sys.version_info[:3])';
  try {
    const { stdout } = await promisify(execFile)(python, ['-I', '-S', '-c', program], { env, timeout: 30_000 });
    const [executable = '', version = ''] = stdout.trim().split('\n').slice(-2);
    if (!isAbsolute(executable) || !/^\d+\.\d+/.test(version)) throw new Error(`it printed ${JSON.stringify(stdout.slice(0, 200))}`);
    return { python: executable, version };
  } catch (error) {
    const why = messageOf(error).trim();
    throw new RequestError({
      code: 'python-does-not-start',
      message: `${python} does not work as a Python interpreter: ${why}`,
      hint: choose,
    });
  }
}

const choose = 'Name another one in the environment variable PARALLELRUN_PYTHON.';

function missing(name: string, wanted: boolean): Problem {
  if (wanted)
    return {
      code: 'missing-python',
      message: `PARALLELRUN_PYTHON is ${name}, which is not a program that can be run.`,
      hint: 'Give the path of a Python interpreter.',
    };
  return {
    code: 'missing-python',
    message: 'There is no python3 on the PATH.',
    hint: 'Install Python 3.9 or newer, or name an interpreter in the environment variable PARALLELRUN_PYTHON.',
  };
}

function tooOld({ python, version }: ResolvedInterpreter): Problem {
  return { code: 'old-python', message: `Python ${oldest.join('.')} or newer is needed, ${python} is ${version}.`, hint: choose };
}
