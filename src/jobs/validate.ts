import { type Problem, RequestError } from '../errors/types.ts';
import { loadJob } from '../language/load.ts';
import type { RunStore } from '../store/store.ts';
import { componentsOf } from './components.ts';
import { missingInputs } from './preflight.ts';

export interface Validation {
  readonly valid: boolean;
  readonly errors: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/**
 * Everything that is wrong with a job file, as far as it can be known without running it. `file` may throw a RequestError too.
 * Data of a store or a registry that is not there yet is a warning: the file is right, and the job is refused only when it is created.
 */
export async function validateJob(store: RunStore, file: () => string, overrides: readonly string[] = []): Promise<Validation> {
  let warnings: readonly Problem[] = [];
  try {
    const loaded = await loadJob(file(), { overrides, components: componentsOf(store.assets) });
    warnings = loaded.warnings;
    return { valid: true, errors: [], warnings: [...warnings, ...missingInputs(loaded.spec, store.assets)] };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return { valid: false, errors: error.problems, warnings };
  }
}
