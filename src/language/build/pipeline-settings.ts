/** Settings of a pipeline, of a job as of a component. */
import { bareName } from '../named-paths.ts';
import type { PipelineSettings } from '../types.ts';
import { defined } from './work/environment.ts';

export const NO_SETTINGS: PipelineSettings = { continueOnStepFailure: false, forceRerun: false, other: {} };

export function readPipelineSettings(raw: Readonly<Record<string, unknown>> | null | undefined): PipelineSettings {
  const { default_compute, default_datastore, continue_on_step_failure, force_rerun, ...other } = raw ?? {};
  const name = (value: unknown): string => bareName(String(value));
  const yes = (value: unknown): boolean => String(value ?? false).toLowerCase() === 'true';
  return {
    ...(default_compute !== undefined && { defaultCompute: name(default_compute) }),
    ...(default_datastore !== undefined && { defaultDatastore: name(default_datastore) }),
    continueOnStepFailure: yes(continue_on_step_failure),
    forceRerun: yes(force_rerun),
    other: defined(other),
  };
}
