/** The computes: this machine, and what configuration files name. */
import { availableParallelism, totalmem } from 'node:os';
import { resolve } from 'node:path';
import { effectiveComputes } from '../../config/effective.ts';
import { configurationFiles, presentFiles, projectFileName } from '../../config/files.ts';
import { clusterSettings, type Setting } from '../../config/settings.ts';
import { removeCompute, writeCompute } from '../../config/write.ts';
import { RequestError } from '../../errors/types.ts';
import { suggestion } from '../../language/near.ts';
import { tell } from '../errors.ts';
import type { ResultOptions } from '../options.ts';
import { printResult } from '../output/output.ts';
import { columns, facts } from '../output/table.ts';

type Compute = Readonly<Record<string, string | number>> & { readonly name: string; readonly type: string };

function local(): Compute {
  return { name: 'local', type: 'local', cpus: availableParallelism(), memory_gib: Math.round(totalmem() / 2 ** 30) };
}

/** Those of configuration files, and this machine, whatever is set for it. */
function computes(): readonly Compute[] {
  const configured = Map.groupBy(effectiveComputes(), ({ compute }) => compute);
  const named = [...configured].map(([name, set]): Compute => {
    const own = Object.fromEntries(set.map(({ setting, value }) => [setting.key, value]));
    return { name, type: 'local', ...own, from: set[0]?.place.replace(/:\d+$/, '') ?? '' };
  });
  return named.some(({ name }) => name === 'local') ? named : [local(), ...named];
}

export async function list(options: ResultOptions): Promise<void> {
  const all = computes();
  await printResult(all, options, () =>
    columns(
      ['NAME', 'TYPE', 'WHERE'],
      all.map(({ name, type, url, cpus, memory_gib }) => [
        name,
        type,
        `${url ?? (cpus === undefined ? 'this machine' : `${cpus} CPUs, ${memory_gib} GiB`)}`,
      ]),
    ),
  );
}

/** @throws RequestError (`unknown-compute`) */
export async function show(name: string, options: ResultOptions): Promise<void> {
  const compute = computes().find((each) => each.name === name);
  if (compute === undefined) throw unknown(name);
  await printResult(compute, options, () => facts(Object.entries(compute).map(([key, value]) => [key, String(value)] as const)));
}

function unknown(name: string): RequestError {
  const names = computes().map((compute) => compute.name);
  const near = suggestion(name, names, 'compute');
  return new RequestError({
    code: 'unknown-compute',
    message: `No compute is called ${JSON.stringify(name)}: there is ${names.join(', ')}.`,
    hint: near ?? 'A job that names another compute runs on local, with a notice.',
  });
}

export interface CreateOptions extends ResultOptions {
  readonly type?: string;
  readonly user?: boolean;
  readonly [flag: string]: unknown;
}

/** @throws RequestError for one that cannot be written as it is */
export async function create(name: string | undefined, options: CreateOptions): Promise<void> {
  if (options.type !== 'nats') {
    tell(`prl: nothing was made: a job that names the compute ${name ?? ''} runs on local, with a notice.`.replace('  ', ' '));
    await printResult(local(), options, () => 'local');
    return;
  }
  if (name === undefined || !/^[A-Za-z][\w-]{0,63}$/.test(name))
    throw new RequestError({
      code: 'bad-name',
      message: `A compute is called by letters, digits, - and _: prl compute create NAME --type nats --url URL`,
    });
  const given = new Map<Setting, string>();
  for (const setting of clusterSettings) {
    const value = options[setting.key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())];
    // The file may lie elsewhere than whoever named it.
    if (value !== undefined) given.set(setting, setting.value.kind === 'path' ? resolve(String(value)) : String(value));
  }
  const files = configurationFiles(process.env, process.cwd());
  const file = options.user === true ? files.user : (files.project ?? resolve(projectFileName));
  writeCompute(file, name, given);
  tell(`prl: the compute ${name} is in ${file}.`);
  await printResult({ name, ...Object.fromEntries([...given].map(([{ key }, value]) => [key, value])) }, options, () => name);
}

/** From the file that has it, the project's before the user's. @throws RequestError (`unknown-compute`) */
export async function remove(name: string | undefined, options: ResultOptions): Promise<void> {
  const file = presentFiles(configurationFiles(process.env, process.cwd())).find((each) => name !== undefined && removeCompute(each, name));
  if (name === undefined || file === undefined) throw unknown(name ?? '');
  tell(`prl: the compute ${name} is out of ${file}.`);
  await printResult({ name }, options, () => name);
}
