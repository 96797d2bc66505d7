import { mkdirSync } from 'node:fs';
import { userInfo } from 'node:os';
import { parse } from 'node:path';
import { RequestError } from '../errors/types.ts';
import { type PortionRequest, portionOf } from '../language/portion.ts';
import type { JobSpec } from '../language/types.ts';
import type { JobRecord, NewJob } from '../store/jobs.ts';
import type { RunStore } from '../store/store.ts';
import { clashingOutputs } from './clashes.ts';
import { withOutputDirectory } from './output-directory.ts';
import { checkInputs, unfitInputs } from './preflight.ts';
import { flattenSteps, parallelSteps } from './steps.ts';

export interface NewJobOptions extends Pick<NewJob, 'name'>, PortionRequest {
  /** The folder for outputs that name no path. Default: the datastore of the home. */
  readonly outputDir?: string;
}

/**
 * Stores a job, without starting it. Its name: the one given, else the spec's, else a generated one. Its experiment, where the spec
 * names none: called after the working directory.
 * @throws RequestError, and nothing is stored, when an input is not there or cannot be split as the job asks for, two outputs are one file, the name is
 * taken, or there can be no such mini-batches as are asked for.
 */
export async function createJob(
  store: RunStore,
  given: JobSpec,
  { outputDir, name: own, ...asked }: NewJobOptions = {},
): Promise<JobRecord> {
  const portion = portionOf(asked, parallelSteps(given));
  const spec = outputDir === undefined || outputDir === '' ? given : withOutputDirectory(given, outputDir);
  checkInputs(spec, store.assets);
  const mistakes = [...clashingOutputs(spec, store.assets), ...(await unfitInputs(spec, store.assets))];
  if (mistakes.length > 0) throw new RequestError(mistakes);
  const name = own ?? spec.name;
  const record = store.jobs.create(
    { ...spec, experimentName: spec.experimentName ?? defaultExperiment(process.cwd()) },
    { workingDirectory: process.cwd(), ...creator(), ...(portion !== undefined && { portion }), ...(name !== undefined && { name }) },
  );
  const layout = store.layout(record.name);
  try {
    for (const step of flattenSteps(spec).keys()) mkdirSync(layout.step(step).directory, { recursive: true });
    return record;
  } catch (error) {
    store.jobs.remove(record.name);
    throw error;
  }
}

/** A container may run as a user whom the system does not know. */
function creator(): Pick<NewJob, 'createdBy'> {
  try {
    return { createdBy: userInfo().username };
  } catch {
    return {};
  }
}

/** As Azure's client names it: after the folder that the job is created in, without its last ending and spaces; in the alphabet of experiments. */
export function defaultExperiment(workingDirectory: string): string {
  const name = parse(workingDirectory).name.replaceAll(' ', '');
  return name.replace(/[^\w-]/g, '_').replace(/^[_-]+/, '') || 'Default';
}
