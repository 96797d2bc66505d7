/** The packages of a TypeScript script's own `package.json`, where its project has not installed them. */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { LastingError, RequestError } from '../../errors/types.ts';
import { formatNumberOf } from '../../events/format.ts';
import { isRecord } from '../../os/facts.ts';
import { packagesAsOf } from '../as-of.ts';
import { locate } from '../interpreter.ts';
import type { MadeEnvironment } from '../kept/kept.ts';
import { keptOrMade, type Making } from '../kept/make.ts';
import { runProgram } from '../run-program.ts';

/** Raised when what is made of the same files changes. */
const format = 1;

/** What decides which versions are installed; without a lock file, the ranges of `package.json`. */
const lockFiles = ['npm-shrinkwrap.json', 'package-lock.json'];

/** `name@range` of what the folder's `package.json` depends on; none where there is none, or nothing. */
export function declaredPackages(folder: string): readonly string[] {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return [];
  try {
    const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const dependencies = isRecord(parsed) && isRecord(parsed.dependencies) ? parsed.dependencies : {};
    return Object.entries(dependencies).map(([name, range]) => `${name}@${range}`);
  } catch {
    throw new RequestError({ code: 'bad-package-json', file, message: 'This is no JSON: which packages the script needs cannot be read.' });
  }
}

/**
 * The `node_modules` with the packages of the folder: kept, else installed now.
 * @throws RequestError with npm's own words when they cannot be installed
 */
export async function makePackages(folder: string, packages: readonly string[], making: Making): Promise<string> {
  const lock = lockFiles.find((name) => existsSync(join(folder, name)));
  const read = ['package.json', ...(lock === undefined ? [] : [lock])].map((name) => readFileSync(join(folder, name), 'utf8'));
  const runtime = [process.versions.modules, process.platform, process.arch];
  // A lock file has chosen.
  const day = lock === undefined ? packagesAsOf(making.environmentVariables) : undefined;
  const key = createHash('sha256')
    .update(JSON.stringify(['npm', format, ...runtime, ...read, ...(day === undefined ? [] : [day])]))
    .digest('hex')
    .slice(0, 24);
  const fill = (directory: string, draft: string) => install(folder, lock, packages, directory, draft, day, making);
  return join(await keptOrMade({ key, needed: 'node_modules', fill }, making), 'node_modules');
}

async function install(
  folder: string,
  lock: string | undefined,
  packages: readonly string[],
  directory: string,
  draft: string,
  day: string | undefined,
  making: Making,
): Promise<MadeEnvironment> {
  const path = `${dirname(process.execPath)}${delimiter}${making.environmentVariables.PATH ?? ''}`;
  const npm = await locate('npm', path);
  if (npm === undefined) throw noNpm(folder);
  making.tell(
    `Packages of package.json are installed: ${formatNumberOf(packages.length, 'package')}, with npm for Node ${process.versions.node}.`,
  );
  mkdirSync(directory);
  for (const name of ['package.json', ...(lock === undefined ? [] : [lock])]) copyFileSync(join(folder, name), join(directory, name));
  const workshop = { ...making, environmentVariables: { ...making.environmentVariables, PATH: path, NO_COLOR: '1' } };
  const { ok, printed } = await runProgram(
    [
      npm,
      lock === undefined ? 'install' : 'ci',
      ...(day === undefined ? [] : [`--before=${day}`]),
      '--omit=dev',
      '--install-links',
      '--no-audit',
      '--no-fund',
      '--prefer-offline',
      '--loglevel=error',
    ],
    workshop,
    join(draft, 'npm.log'),
    directory,
  );
  if (!ok) throw notInstalled(folder, printed);
  // A folder that is not there is no error to npm.
  const missing = packages.filter((each) => !existsSync(join(directory, 'node_modules', each.slice(0, each.indexOf('@', 1)))));
  if (missing.length > 0) throw notInstalled(folder, `nothing was found for ${missing.join(', ')}`);
  // Packages that have nothing to install leave no folder.
  mkdirSync(join(directory, 'node_modules'), { recursive: true });
  return { language: 'typescript', base: process.execPath, version: process.versions.node, packages, made: new Date().toISOString() };
}

function noNpm(folder: string): RequestError {
  return new RequestError({
    code: 'no-npm',
    message: `${join(folder, 'package.json')} asks for packages, and there is no npm on the PATH to install them with.`,
    hint: 'Install npm, or the packages, into the folder of the script or one above it.',
  });
}

/** Lines of npm's words that are told. */
const most = 15;

function notInstalled(folder: string, printed: string): RequestError {
  const words = printed.split('\n').filter((line) => line.trim() !== '' && !/complete log of this run|[\\/]_logs[\\/]/.test(line));
  // What is not there, or does not fit, is so the next time too.
  const Kind = /\b(?:E404|ETARGET|ERESOLVE|EUSAGE|EJSONPARSE)\b/.test(printed) ? LastingError : RequestError;
  return new Kind({
    code: 'packages-not-installed',
    message: `The packages of ${join(folder, 'package.json')} cannot be installed. npm says:\n${words
      .slice(0, most)
      .map((line) => `  ${line}`)
      .join('\n')}`,
    hint: '\nMend package.json, or install the packages into the folder of the script.',
  });
}
