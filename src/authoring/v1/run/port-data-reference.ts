import { cpSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { JobSpec } from '../../../language/types.ts';
import { wayInside } from '../../../os/below.ts';
import { jobOutputs } from '../../../pipeline/job-outputs.ts';
import { jobLayout } from '../../../store/layout.ts';
import { type ConsumptionMode, DatasetConsumptionConfig } from '../data/consumption.ts';
import { InputSource } from '../data/input-source.ts';
import { invalid } from '../invalid.ts';
import { arranged } from '../options/arranged.ts';
import { Options } from '../options/judge.ts';
import { flag, named, nonEmptyText, optional } from '../options/rules.ts';
import type { Workspace } from '../workspace.ts';

/** What `download` takes. */
export interface DownloadOutputOptions {
  /** A folder on this machine; it is made where it is not there. */
  readonly localPath: string;
  /** Replace files that are there. Default: true. */
  readonly overwrite?: boolean | undefined;
  /** Accepted for the sake of Azure's signature: a copy on this machine needs no progress bar. */
  readonly showProgress?: boolean | undefined;
}

const DOWNLOAD = new Options<DownloadOutputOptions>('download', {
  localPath: named('a folder', nonEmptyText),
  overwrite: optional(flag),
  showProgress: optional(flag),
});

/** What a run wrote for one output: to be downloaded, or read by a step of another pipeline. Source: azureml.pipeline.core.PortDataReference. */
export class PortDataReference extends InputSource {
  /** What the step, or the pipeline, calls the output. */
  readonly name: string;
  /** The job that wrote it. */
  readonly pipelineRunId: string;
  readonly #workspace: Workspace;
  readonly #step: string | undefined;
  readonly #spec: JobSpec;

  /** Made by `getOutputData` and `getPipelineOutput`. `step`: none for an output of the pipeline itself. */
  constructor(workspace: Workspace, run: { readonly id: string; readonly spec: JobSpec }, step: string | undefined, name: string) {
    super();
    this.#workspace = workspace;
    this.pipelineRunId = run.id;
    this.#spec = run.spec;
    this.#step = step;
    this.name = name;
  }

  /** Where it is on this machine. @throws RequestError when the output is unknown or not there yet. */
  async getPath(): Promise<string> {
    return this.#path();
  }

  /** The datastore that it is in, by name; undefined when it is elsewhere. @throws RequestError when the output is not there yet. */
  get datastoreName(): string | undefined {
    return this.pathOnDatastore === undefined ? undefined : this.#workspace.getDefaultDatastore().name;
  }

  /** Where in the home's datastore it is; undefined when it is elsewhere. @throws RequestError when the output is not there yet. */
  get pathOnDatastore(): string | undefined {
    const { path } = this.#workspace.getDefaultDatastore();
    return wayInside(path, this.#path());
  }

  /**
   * Copies the files of the output into a folder, and gives how many there are. Values in Python's order
   * (localPath, overwrite), or options. @throws RequestError when the output is unknown or not there yet.
   */
  async download(...given: readonly [options: DownloadOutputOptions] | readonly [localPath: string, overwrite?: boolean]): Promise<number> {
    const { localPath, overwrite = true } = DOWNLOAD.judge(arranged(DOWNLOAD.of, DOWNLOAD.names, given));
    const from = await this.getPath();
    const to = resolve(localPath);
    const isFile = statSync(from).isFile();
    mkdirSync(to, { recursive: true });
    // A filter: without one Node copies natively, and aborts the process where the system refuses.
    const options = { recursive: true, dereference: true, force: overwrite, filter: () => true };
    cpSync(from, isFile ? join(to, basename(from)) : to, options);
    if (isFile) return 1;
    return readdirSync(from, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory()).length;
  }

  /** What was written, for a step of another pipeline. @throws RequestError when the output is not there yet. */
  override toInput(): DatasetConsumptionConfig {
    return this.asInput(this.name);
  }
  /** The same under another name. */
  asInput(inputName: string): DatasetConsumptionConfig {
    return this.createInputBinding(inputName, 'direct');
  }
  /** The same, to be mounted: here it is read where it is. */
  asMount(inputName: string = this.name): DatasetConsumptionConfig {
    return this.createInputBinding(inputName, 'mount');
  }
  /** The same, to be downloaded: here it is read where it is. */
  asDownload(inputName: string = this.name): DatasetConsumptionConfig {
    return this.createInputBinding(inputName, 'download');
  }
  /** The same under a name, in a mode. Default: its own name, `mount`. */
  createInputBinding(inputName: string = this.name, mode: ConsumptionMode = 'mount'): DatasetConsumptionConfig {
    const path = this.#path();
    const paths = [statSync(path).isFile() ? { file: path } : { folder: path }];
    return new DatasetConsumptionConfig(
      inputName,
      { kind: 'files', source: { kind: 'paths', paths }, partitionFormat: undefined },
      { mode },
    );
  }

  #path(): string {
    const { job, steps } = jobOutputs(this.#spec, jobLayout(this.#workspace.home, this.pipelineRunId));
    const outputs = this.#step === undefined ? job : (steps[this.#step] ?? {});
    const written = outputs[this.name];
    const path = written?.path;
    if (path !== undefined && existsSync(path)) return path;
    const known = Object.keys(outputs);
    if (path !== undefined) {
      throw invalid(
        'name',
        `The output ${this.name} is not there: nothing stands at ${path}.`,
        written?.address === undefined
          ? 'Its step has not completed, or has written nothing to it.'
          : `It went to ${written.address}: read it there, or fetch it with prl job download.`,
      );
    }
    throw invalid(
      'name',
      `The output ${this.name} is not there.`,
      known.length === 0 ? 'Nothing was written yet.' : `There is: ${known.join(', ')}.`,
    );
  }
}
