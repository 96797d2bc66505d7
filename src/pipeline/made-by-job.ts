/** What a job of this home has made, by its name: an output, or something among its artifacts. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RequestError } from '../errors/types.ts';
import type { JobOutputPath } from '../language/named-paths.ts';
import { parseRunName, wantedName } from '../language/names.ts';
import { storedJob } from '../store/jobs.ts';
import { jobLayout, type StepLayout } from '../store/layout.ts';
import { jobOutputs } from './job-outputs.ts';
import { readRecord, type StepOutput } from './steps/record.ts';

/**
 * Its place; whether something is there is not looked at.
 * @throws RequestError for a job, step or output that is not there, and for one whose step has not completed
 */
export function madeByJob({ job: id, output, path }: JobOutputPath, home: string): Pick<StepOutput, 'path' | 'address' | 'isHere'> {
  const { job, step: named } = parseRunName(id);
  const layout = jobLayout(home, job);
  if (wantedName('job', job) !== undefined || !existsSync(layout.spec)) {
    throw notMade(`No job is called ${JSON.stringify(job)} in ${home}.`, 'List them with: prl job list');
  }
  const spec = storedJob(home, job);
  const { job: own, steps } = jobOutputs(spec, layout);
  const step = named ?? (spec.standalone ? 'main' : undefined);
  const outputs: Readonly<Record<string, Pick<StepOutput, 'path' | 'address' | 'isHere'>>> =
    step === undefined ? own : Object.hasOwn(steps, step) ? { artifacts: { path: layout.step(step).artifacts }, ...steps[step] } : {};
  const found = Object.hasOwn(outputs, output) ? outputs[output] : undefined;
  if (found === undefined) {
    const known = Object.keys(outputs);
    const there = known.length > 0 ? `It has: ${known.join(', ')}.` : `Those of a step are named ${job}.STEP: prl job show --name ${job}`;
    throw notMade(`${id} has no output ${JSON.stringify(output)}.`, there);
  }
  const writers = Object.keys(steps).filter((name) => Object.values(steps[name] ?? {}).some((each) => each.path === found.path));
  if ([step ?? [], writers].flat().some((name) => readRecord(layout.step(name).record)?.status !== 'Completed')) {
    throw notMade(`The output ${output} of ${id} is not whole: its step has not completed.`, `See: prl job show --name ${job}`);
  }
  if (step !== undefined && found.path === layout.step(step).artifacts) return { path: artifact(layout.step(step), path) };
  const { address, isHere } = found;
  const inside = address === undefined || path === '' ? address : `${address}/${path}`;
  return { path: join(found.path, path), ...(inside !== undefined && { address: inside }), ...(isHere && { isHere }) };
}

/** As a cloud would keep them: what a step wrote to `./outputs` as `outputs/…`, its logs as `logs/…`. */
function artifact({ artifacts, code, directory }: StepLayout, path: string): string {
  const [top] = path.split('/');
  if (top === 'logs') return join(directory, path);
  return top === 'outputs' && !existsSync(join(artifacts, path)) ? join(code, path) : join(artifacts, path);
}

function notMade(message: string, hint: string): RequestError {
  return new RequestError({ code: 'unknown-output', message, hint });
}
