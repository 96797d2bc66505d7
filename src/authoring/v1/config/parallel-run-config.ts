import { settable } from '../options/settable.ts';
import type { Workspace } from '../workspace.ts';
import { CONFIG } from './config-rules.ts';
import { readConfig, writeConfig } from './config-yaml.ts';
import { appendsRows, type ParallelRunConfigOptions, type ParallelRunSettings } from './parallel-run-options.ts';

/** Trimmed as Azure's are. */
function complete(given: ParallelRunConfigOptions): ParallelRunSettings {
  return {
    ...given,
    entryScript: given.entryScript.trim(),
    sourceDirectory: given.sourceDirectory?.trim(),
    loggingLevel: given.loggingLevel ?? 'INFO',
    runInvocationTimeout: given.runInvocationTimeout ?? 60,
    runMaxTry: given.runMaxTry ?? 3,
    environmentVariables: given.environmentVariables ?? {},
  };
}

const Settings = settable<ParallelRunConfigOptions, ParallelRunSettings>(CONFIG, complete);

/**
 * How a parallel step is processed. Each setting is an attribute that can be changed later, and is judged as it was when the
 * config was made; a step has the settings that its config had when the step was made.
 *
 * Source: azureml.pipeline.steps.ParallelRunConfig.
 */
export class ParallelRunConfig extends Settings {
  /** @throws RequestError with everything that is wrong: a missing or wrong value, a name that is no option. */
  constructor(options: ParallelRunConfigOptions) {
    super(options);
  }

  /** Whether the returned rows become one file. */
  get appendsRows(): boolean {
    return appendsRows(this);
  }

  /** Writes the settings under the one key `parallel_run_config`; parameters are written as their default values. */
  saveToYaml(path: string): void {
    writeConfig(this, path);
  }

  /**
   * Reads what `saveToYaml`, or Azure's `save_to_yaml`, wrote. An environment may stand in a file of its own (relative to this one),
   * or be named by the older keys `environment_name` (a registered one) and `environment_dir_path`.
   * @throws RequestError when a file is missing, is no such YAML, or holds a wrong value.
   */
  static loadYaml(workspace: Workspace, path: string): ParallelRunConfig {
    return new ParallelRunConfig(readConfig(workspace, path));
  }
}
