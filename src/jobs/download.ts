/** Copies what a job made to where its user wants it. */
import { existsSync, statSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { StoreError } from '../data/stores/store.ts';
import { isSystemError } from '../errors/thrown.ts';
import { RequestError } from '../errors/types.ts';
import type { JobSpec } from '../language/types.ts';
import { copyFiles } from '../os/copy-files.ts';
import { makeFolder } from '../os/files.ts';
import type { ObjectAddress } from '../pipeline/bind/object-address.ts';
import { openObject } from '../pipeline/bind/open-object.ts';
import { type AwayOutput, isAway, outputLocation } from '../pipeline/bind/output-location.ts';
import { buildGraph } from '../pipeline/graph/step-graph.ts';
import { type JobOutputs, jobOutputs } from '../pipeline/job-outputs.ts';
import type { StepOutput } from '../pipeline/steps/record.ts';
import type { AssetResolver } from '../store/assets.ts';
import type { RunStore } from '../store/store.ts';
import { distinctOutputs, isFinished, isThere, namesOfSteps, openWriters, type StepOutputs } from './named-outputs.ts';
import { placedOutputs } from './placed-outputs.ts';
import { type ShownJob, showJob } from './show.ts';
import { stepNames } from './steps.ts';

export interface DownloadOptions {
  /** Only this output: one of the job's, or `STEP.OUTPUT`. */
  readonly outputName?: string;
  /** All outputs, of the job and of its steps, and the artifacts. Neither this nor a name: the artifacts alone, as `az ml job download` does. */
  readonly all?: boolean;
  /** Default: the working directory. */
  readonly downloadPath?: string;
  /** Told of what has no copy (a pipe, a link that leads nowhere). Default: nobody. */
  readonly tell?: (message: string) => void;
}

/**
 * Writes `named-outputs/<name>/…` (`named-outputs/<step>.<name>/…` for what only a step calls its output) and `artifacts/…` (logs, and what steps wrote to `./outputs`) below the download path,
 * replacing what an earlier download left there. Returns the folders written.
 * @throws RequestError for an output that is unknown or not finished.
 */
export async function downloadJob(store: RunStore, name: string, options: DownloadOptions = {}): Promise<readonly string[]> {
  const job = await showJob(store, name);
  const spec = store.jobs.spec(job.name);
  const { job: own, steps, torn } = jobOutputs(spec, store.layout(job.name));
  const ofSteps = namesOfSteps(spec, steps);
  const target = resolve(options.downloadPath ?? '.');
  const { outputName, tell = () => {} } = options;
  const assets = store.assets;
  const places = placesOf(spec, job.name, assets);
  const get = (each: string, output: StepOutput): Promise<string> => downloadOutput(each, output, target, { tell, assets, places });
  if (outputName !== undefined) {
    const output = named(own, outputName) ?? named(ofSteps, outputName);
    if (output === undefined) throw unknownOutput(job, outputName, [...Object.keys(own), ...Object.keys(ofSteps)], torn);
    checkFinished(job, outputName, output, steps);
    return [await get(outputName, output)];
  }
  const written: string[] = [];
  for (const [each, output] of options.all === true ? distinctOutputs(own, ofSteps) : []) {
    if (isFinished(job, output, steps)) written.push(await get(each, output));
  }
  return [...written, await downloadArtifacts(store, job, target, tell)];
}

function named(outputs: Readonly<Record<string, StepOutput>>, name: string): StepOutput | undefined {
  return Object.hasOwn(outputs, name) ? outputs[name] : undefined;
}

interface Reading {
  readonly tell: Tell;
  readonly assets: AssetResolver;
  /** By address: with the signatures that stood in some. */
  readonly places: ReadonlyMap<string, ObjectAddress>;
}

async function downloadOutput(name: string, output: StepOutput, target: string, reading: Reading): Promise<string> {
  const folder = join(target, 'named-outputs', name);
  if (isAway(output)) {
    await replaceFolder(folder, (fresh) => fetchOutput(name, output, fresh, reading));
    return folder;
  }
  const { tell } = reading;
  const isFile = statSync(output.path).isFile();
  await replaceFolder(folder, (fresh) => copy(output.path, isFile ? join(fresh, basename(output.path)) : fresh, tell));
  return folder;
}

async function fetchOutput(name: string, output: AwayOutput, fresh: string, { assets, places }: Reading): Promise<void> {
  const { address } = output;
  const located = outputLocation(output, assets);
  if (located.kind !== 'object') throw new Error(`${address} is in no object store`);
  const [{ fetchFile }, { fetchFolder }] = await Promise.all([
    import('../data/stores/fetch-file.ts'),
    import('../data/stores/fetch-folder.ts'),
  ]);
  const { signal } = new AbortController();
  try {
    const { store, path } = await openObject(places.get(address) ?? located, process.env);
    const found = await store.stat(path, signal);
    if (found === undefined) throw new StoreError('missing', 'nothing is there any more');
    if (found.kind === 'folder') await fetchFolder(store, path, fresh, signal);
    else await fetchFile(store, path, join(fresh, basename(path)), signal);
  } catch (cause) {
    if (!(cause instanceof StoreError)) throw cause;
    const message = `The output ${name} could not be fetched from ${address}: ${cause.message}.`;
    throw new RequestError({ code: 'fetch-failed', message }, { cause });
  }
}

function placesOf(spec: JobSpec, name: string, assets: AssetResolver): ReadonlyMap<string, ObjectAddress> {
  const far = placedOutputs(spec, buildGraph(spec), assets, { name }).flatMap(([, outputs]) =>
    outputs.flatMap((output) => output.far ?? []),
  );
  return new Map(far.map((place) => [place.address, place] as const));
}

async function downloadArtifacts(store: RunStore, job: ShownJob, target: string, tell: Tell): Promise<string> {
  const layout = store.layout(job.name);
  const spec = store.jobs.spec(job.name);
  const folder = join(target, 'artifacts');
  await replaceFolder(folder, async (fresh) => {
    for (const name of stepNames(spec)) {
      const step = layout.step(name);
      const own = spec.standalone ? fresh : join(fresh, name);
      await copyWhereThere(step.artifacts, own, tell);
      await copyWhereThere(step.logs, join(own, 'logs'), tell);
      await copyWhereThere(step.metrics, join(own, 'logs', 'metrics'), tell);
      await copyWhereThere(step.mlruns, join(own, 'logs', 'mlruns'), tell);
      await copyWhereThere(join(step.code, 'outputs'), join(own, 'outputs'), tell);
    }
  });
  return folder;
}

/** Fills a new folder beside the old one and then puts it in its place: nobody sees half of a download. */
async function replaceFolder(folder: string, fill: (fresh: string) => Promise<void>): Promise<void> {
  const fresh = `${folder}.${process.pid}.part`;
  try {
    makeFolder(fresh);
    await fill(fresh);
    await rm(folder, { recursive: true, force: true });
    await rename(fresh, folder);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    if (isSystemError(error)) {
      throw new RequestError({ code: 'bad-download-path', message: `${folder} cannot be written: ${error.message}.` });
    }
    throw error;
  }
}

type Tell = (message: string) => void;

async function copy(from: string, to: string, tell: Tell): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  for (const { path, why } of await copyFiles(from, to)) tell(`Left out ${path}: ${why}.`);
}

async function copyWhereThere(from: string, to: string, tell: Tell): Promise<void> {
  if (existsSync(from)) await copy(from, to, tell);
}

function checkFinished(job: ShownJob, name: string, output: StepOutput, steps: StepOutputs): void {
  const [open] = openWriters(job, output, steps);
  if (open === undefined && isThere(output)) return;
  const why =
    open === undefined
      ? `nothing is at ${output.path}: its step completed without writing it, or it was taken away since.`
      : `the step ${open}, which writes it, has not completed (the job is ${job.status}).`;
  throw new RequestError({
    code: 'unfinished-output',
    message: `Output ${name} of job ${job.name} is not there: ${why}`,
    ...(open !== undefined && nextOf(job)),
  });
}

function nextOf({ name, status, resumable }: ShownJob): { readonly hint?: string } {
  if (status === 'Failed' || status === 'Canceled' || status === 'NotResponding')
    return resumable === false ? {} : { hint: `Carry on with: prl job resume --name ${name}` };
  return { hint: `Follow the job with: prl job stream --name ${name}` };
}

function unknownOutput(job: ShownJob, name: string, known: readonly string[], [damaged]: JobOutputs['torn']): RequestError {
  if (damaged !== undefined) {
    return new RequestError({
      code: 'torn-record',
      file: damaged.file,
      message: `Where output ${JSON.stringify(name)} of job ${job.name} is cannot be read: ${damaged.why}.`,
      hint: 'What the job wrote is still in its place; put the file back from a copy, or run the job as a new one.',
    });
  }
  const there = known.length === 0 ? 'It has no outputs yet.' : `Its outputs: ${known.join(', ')}.`;
  return new RequestError({ code: 'unknown-output', message: `Job ${job.name} has no output ${JSON.stringify(name)}.`, hint: there });
}
