/** An environment with Python packages, on an interpreter of this machine. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatNumberOf } from '../../events/format.ts';
import { packagesAsOf } from '../as-of.ts';
import type { ResolvedInterpreter } from '../interpreter.ts';
import type { MadeEnvironment } from '../kept/kept.ts';
import { keptOrMade, type Making } from '../kept/make.ts';
import { runProgram } from '../run-program.ts';
import { buildError } from './explain.ts';
import { packageOf, type Recipe, type Wish } from './recipe.ts';
import { isUnpinned } from './unpinned.ts';
import { uvProgram } from './uv.ts';

/** Raised when what is made of the same recipe changes. */
const format = 2;

/**
 * The interpreter of an environment with these packages: one that is kept, else one that is made now.
 * @throws RequestError with the installer's own words when it cannot be made
 */
export async function makeVenv(recipe: Recipe, base: ResolvedInterpreter, making: Making): Promise<ResolvedInterpreter> {
  const python = join('bin', 'python');
  const fill = (directory: string, draft: string) => install(recipe, base, directory, draft, making);
  const directory = await keptOrMade({ key: keyOf(recipe, base, newest(making)), needed: python, fill }, making);
  return { python: join(directory, python), version: base.version };
}

/** Packages that came out later are not seen; uv's own setting holds too. */
function newest({ environmentVariables }: Making): string | undefined {
  return packagesAsOf(environmentVariables) ?? environmentVariables.UV_EXCLUDE_NEWER;
}

/** The same for the same packages on the same interpreter, whatever the job or the file is called. */
function keyOf({ wishes }: Recipe, { python, version }: ResolvedInterpreter, newest: string | undefined): string {
  const files = wishes.flatMap(({ line }) => {
    const file = /^(?:-r|--requirement|-c|--constraint) (\S+)$/.exec(line)?.[1];
    return file === undefined ? [] : [existsSync(file) ? readFileSync(file, 'utf8') : ''];
  });
  const lines = wishes.map(({ line }) => line).toSorted();
  const made = [format, realpathSync(python), version, process.arch, lines, files, ...(newest === undefined ? [] : [newest])];
  const hash = createHash('sha256').update(JSON.stringify(made));
  return hash.digest('hex').slice(0, 24);
}

async function install(
  recipe: Recipe,
  base: ResolvedInterpreter,
  directory: string,
  draft: string,
  making: Making,
): Promise<MadeEnvironment> {
  const { wishes } = recipe;
  const uv = await uvProgram(making.home, making, () => making.tell('The installer of environments, uv, is fetched once.'));
  const day = newest(making);
  const settings = {
    ...(day !== undefined && { UV_EXCLUDE_NEWER: day }),
    UV_PYTHON_DOWNLOADS: 'never',
    UV_NO_PROGRESS: '1',
    NO_COLOR: '1',
  };
  const workshop = { ...making, environmentVariables: { ...systemCertificates, ...indexOf(making.environmentVariables), ...settings } };
  making.tell(
    `An environment is made: ${formatNumberOf(wishes.length, 'package')} on Python ${base.version} (${base.python})${chosen(wishes, day)}.`,
  );
  const run = async (log: string, ...args: readonly string[]): Promise<void> => {
    const { ok, printed } = await runProgram([uv, ...args], workshop, join(draft, log), draft);
    if (!ok) throw buildError(recipe, base, printed);
  };
  await run('venv.log', 'venv', '--quiet', '--relocatable', '--no-project', '--python', base.python, directory);
  const requirements = join(draft, 'requirements.txt');
  writeFileSync(requirements, [...wishes.map(({ line }) => line), ...besideOld(wishes)].map((line) => `${line}\n`).join(''));
  const target = ['--python', join(directory, 'bin', 'python')];
  await run('install.log', 'pip', 'install', ...target, '--requirement', requirements);
  const packages = wishes.map(({ line }) => line);
  return { language: 'python', base: base.python, version: base.version, packages, made: new Date().toISOString() };
}

/** Packages of the time before 3.12 count on what every environment had then, with `pkg_resources` in it, and do not ask for it. */
function besideOld(wishes: readonly Wish[]): readonly string[] {
  return wishes.some(({ line }) => packageOf(line) === 'setuptools') ? [] : ["setuptools<81; python_version < '3.12'"];
}

/** Which versions are taken of packages that are asked for without one: where such a job breaks, that is why. */
function chosen(wishes: readonly Wish[], day: string | undefined): string {
  if (day !== undefined) return `, as they were on ${day}`;
  const free = wishes.filter(({ line }) => isUnpinned(line) && line !== 'pip').length;
  return free === 0 ? '' : `; ${free} without a version: the newest (of a day: --packages-as-of)`;
}

/** As pip and the rest of the machine: a company's own certificates are there. By its present name and the one of older versions. */
const systemCertificates = { UV_SYSTEM_CERTS: '1', UV_NATIVE_TLS: '1' };

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
