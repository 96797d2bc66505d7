/** The installer that environments are made with: uv, which is on the machine, or is fetched once into the home. */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { RequestError } from '../../errors/types.ts';
import { locate, resolveInterpreter } from '../interpreter.ts';
import { runProgram, type Workshop } from '../run-program.ts';

/** Absolute path of the program: beside the interpreter that was chosen, on the PATH, or fetched before. */
export async function findUv(home: string, { PATH = '', PARALLELRUN_PYTHON: python }: NodeJS.ProcessEnv): Promise<string | undefined> {
  const beside = python?.includes('/') === true ? await locate(join(dirname(python), 'uv'), '') : undefined;
  return beside ?? (await locate('uv', PATH)) ?? (await locate(fetchedUv(home), ''));
}

function fetchedUv(home: string): string {
  return join(home, 'tools', 'uv', 'bin', 'uv');
}

/** The same, fetched where there is none. @throws RequestError where that cannot be done */
export async function uvProgram(home: string, workshop: Workshop, fetching: () => void): Promise<string> {
  const present = await findUv(home, workshop.environmentVariables);
  if (present !== undefined) return present;
  const fetched = fetchedUv(home);
  fetching();
  const { python: fetcher } = await resolveInterpreter(workshop.environmentVariables);
  mkdirSync(join(home, 'tools'), { recursive: true });
  const draft = mkdtempSync(join(home, 'tools', '.uv-'));
  try {
    const { ok, printed } = await runProgram(
      [fetcher, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-compile', '--target', join(draft, 'uv'), 'uv'],
      workshop,
      join(draft, 'log'),
      draft,
    );
    if (!ok || !existsSync(join(draft, 'uv', 'bin', 'uv'))) throw unobtainable(fetcher, printed);
    try {
      renameSync(join(draft, 'uv'), join(home, 'tools', 'uv'));
    } catch (error) {
      // Somebody else was faster.
      if (!existsSync(fetched)) throw error;
    }
    return fetched;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function unobtainable(python: string, printed: string): RequestError {
  const words = printed.trim().split('\n').slice(-3).join(' ').trim();
  return new RequestError({
    code: 'no-uv',
    message: `Environments are made with uv, which is not on the PATH and could not be fetched with ${python} -m pip: ${words || 'it said nothing'}.`,
    hint: `${printed.includes('No module named pip') ? 'Install pip (Debian, Ubuntu: apt-get install python3-pip), or uv' : 'Install uv (pip install uv)'}, or run with what is installed on this machine: --environment system.`,
  });
}
