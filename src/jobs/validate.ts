import { type Problem, RequestError } from '../errors/types.ts';
import { inOrder } from '../language/findings.ts';
import { judgeJob } from '../language/load.ts';
import type { RunStore } from '../store/store.ts';
import { clashingOutputs } from './clashes.ts';
import { largeCodeFolders } from './code-folders.ts';
import { componentsOf } from './components.ts';
import { missingInputs, unfitInputs, unfitInputsOfDraft } from './preflight.ts';

export interface Validation {
  readonly valid: boolean;
  readonly errors: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/**
 * Everything that is wrong with a job file, as far as it can be known without running it. `file` may throw a RequestError too.
 * Data of a store or a registry that is not there yet, and a component that is not registered yet, are warnings: the file is
 * right, and the job is refused only when it is created.
 */
export async function validateJob(store: RunStore, file: () => string, overrides: readonly string[] = []): Promise<Validation> {
  try {
    const { spec, draft, errors, warnings } = await judgeJob(file(), { overrides, components: componentsOf(store.assets) }, 'warning');
    if (spec === undefined) {
      const more = draft === undefined ? [] : await unfitInputsOfDraft(draft, store.assets);
      return { valid: errors.length === 0, errors: inOrder([...errors, ...more]), warnings };
    }
    const missing = missingInputs(spec, store.assets);
    const mistakes = [...clashingOutputs(spec, store.assets), ...(await unfitInputs(spec, store.assets))];
    return { valid: mistakes.length === 0, errors: mistakes, warnings: [...warnings, ...missing, ...largeCodeFolders(spec, store.assets)] };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return { valid: false, errors: error.problems, warnings: [] };
  }
}
