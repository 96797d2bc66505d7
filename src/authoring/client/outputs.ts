/** Where what a job wrote is. */
import { jobOutputs } from '../../pipeline/job-outputs.ts';
import { placeToTell } from '../../pipeline/steps/record.ts';
import { withHome } from './home.ts';

/** Paths, or addresses in object stores, by the output's name. `step`: a step's outputs; none: the job's own. */
export async function outputPaths(home: string, job: string, step?: string): Promise<Readonly<Record<string, string>>> {
  const outputs = await withHome(home, ({ jobs, layout }) => jobOutputs(jobs.spec(job), layout(job)));
  const found = step === undefined ? outputs.job : (outputs.steps[step] ?? {});
  return Object.fromEntries(Object.entries(found).map(([name, written]) => [name, placeToTell(written)]));
}
