import { RequestError, renderProblem } from '../errors/types.ts';
import { componentsOf } from '../jobs/components.ts';
import { unfitInputsOfDraft } from '../jobs/preflight.ts';
import { inOrder } from '../language/findings.ts';
import { judgeJob } from '../language/load.ts';
import type { JobSpec } from '../language/types.ts';
import type { RunStore } from '../store/store.ts';
import { tell } from './errors.ts';
import { findJobFile } from './job-file.ts';

/** Reads a job file, or the one of a folder, and tells its warnings. @throws RequestError with all its mistakes. */
export async function loadJobFile(store: RunStore, path: string, overrides: readonly string[] = []): Promise<{ readonly spec: JobSpec }> {
  const { spec, draft, errors, warnings } = await judgeJob(findJobFile(path), { overrides, components: componentsOf(store.assets) });
  for (const warning of warnings) tell(`warning: ${renderProblem(warning)}`);
  if (spec !== undefined) return { spec };
  // What their inputs would be refused for as well: one round is enough.
  throw new RequestError(draft === undefined ? errors : inOrder([...errors, ...(await unfitInputsOfDraft(draft, store.assets))]));
}
