/** The interpreters of this machine, and the one of them that a job means. */
import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { locate, type ResolvedInterpreter, resolveInterpreter, versionIn } from '../interpreter.ts';
import { isInRange, type PythonRange } from './conda.ts';

/** The oldest that workers run with. */
export const oldestMinor = 7;
const newestMinor = 20;

/** One that fits comes first: `PARALLELRUN_PYTHON` or `python3`, other names on the PATH (`python3.10`), those of pyenv and uv. */
export async function findPythons(env: Readonly<Record<string, string>>, wanted: PythonRange): Promise<readonly ResolvedInterpreter[]> {
  const own = await resolveInterpreter(env).catch(() => undefined);
  const found: ResolvedInterpreter[] = own === undefined ? [] : [own];
  if (own !== undefined && isInRange(wanted, own.version)) return found;
  return [...found, ...(await otherPythons(env, wanted.version))];
}

/** Those besides `python3` that work. @param first this version goes before others on the PATH */
export async function otherPythons(env: Readonly<Record<string, string>>, first?: string): Promise<readonly ResolvedInterpreter[]> {
  const files = (await Promise.all([named(env, first), installed()])).flat();
  const versions = await Promise.all(files.map((file) => versionIn(file, env)));
  return files.flatMap((python, at) => (versions[at] === undefined ? [] : [{ python, version: versions[at] }]));
}

export type Choice =
  | { readonly kind: 'fits'; readonly interpreter: ResolvedInterpreter }
  | { readonly kind: 'nearest'; readonly interpreter: ResolvedInterpreter }
  | { readonly kind: 'none' };

/** The first that fits, else the nearest; of two as near, the newer. Pure. */
export function choosePython(found: readonly ResolvedInterpreter[], wanted: PythonRange): Choice {
  const usable = found.filter(({ version }) => version.startsWith('3.') && minorOf(version) >= oldestMinor);
  const far = ({ version }: ResolvedInterpreter) => Math.abs(minorOf(version) - minorOf(wanted.version));
  const fitting = usable.find(({ version }) => isInRange(wanted, version));
  if (fitting !== undefined) return { kind: 'fits', interpreter: fitting };
  const [nearest] = usable.toSorted((one, other) => far(one) - far(other) || minorOf(other.version) - minorOf(one.version));
  return nearest === undefined ? { kind: 'none' } : { kind: 'nearest', interpreter: nearest };
}

function minorOf(version: string): number {
  return Number(version.split('.')[1] ?? 0);
}

/** On the PATH; the wanted one first. */
async function named({ PATH = '' }: Readonly<Record<string, string>>, wanted?: string): Promise<readonly string[]> {
  const minors = Array.from({ length: newestMinor - oldestMinor + 1 }, (_, index) => oldestMinor + index);
  const names = [...(wanted === undefined ? [] : [`python${wanted}`]), ...minors.map((minor) => `python3.${minor}`)];
  const found = await Promise.all(names.map((name) => locate(name, PATH)));
  return [...new Set(found.filter((file) => file !== undefined))];
}

/** Where version managers keep theirs. */
async function installed(): Promise<readonly string[]> {
  const folders = [process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), join(homedir(), '.local', 'share', 'uv')];
  const inside = [join(folders[0] ?? '', 'versions'), join(folders[1] ?? '', 'python')];
  const found = await Promise.all(inside.map(async (folder) => (await readdir(folder).catch(() => [])).map((name) => join(folder, name))));
  const files = await Promise.all(found.flat().map((folder) => locate(join(folder, 'bin', 'python3'), '')));
  return files.filter((file) => file !== undefined);
}
