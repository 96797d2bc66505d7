import { writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Problem, RequestError } from '../../errors/types.ts';
import type { JobEvent } from '../../events/types.ts';
import { dumpJob, type LoadedJob } from '../../language/index.ts';
import type { JobSpec } from '../../language/types.ts';
import type { FinishedJob } from '../client/views.ts';
import { type Document, mapValues } from '../document.ts';
import type { PipelineContext } from './context.ts';
import type { OutputOptions } from './output.ts';
import { StepOutput } from './values.ts';

/** Outputs that a component declares, by name. */
export type OutputPorts = Readonly<Record<string, OutputOptions>>;

export interface RunJobOptions {
  /** Called with each event of the job, in order. */
  readonly onEvent?: ((event: JobEvent) => void) | undefined;
}

export interface JobParts {
  /** The step's name in its pipeline; of a job that stands alone the name that it was given, if any. */
  readonly name: string | undefined;
  readonly outputs: OutputPorts;
  /** A job that stands alone. */
  readonly judged?: LoadedJob;
  /** A step, which is judged with its pipeline: what stands under its name there. */
  readonly step?: { readonly document: Document; readonly context: PipelineContext };
}

/**
 * A job that stands alone, or, made inside a pipeline function, a step of that pipeline.
 * `outputs` has the outputs by name; a name that is not there does not compile.
 */
export class Job<O extends OutputPorts = OutputPorts> {
  readonly name: string | undefined;
  readonly outputs: { readonly [K in keyof O]: StepOutput };
  readonly #judged: LoadedJob | undefined;

  constructor({ name, outputs, judged, step }: JobParts) {
    this.name = name;
    this.outputs = outputsOf<O>(outputs, name ?? 'the job', step?.context);
    this.#judged = judged;
    if (step !== undefined && name !== undefined) step.context.steps.set(name, step.document);
  }

  /** The job as plain data. @throws RequestError for a step of a pipeline. */
  get spec(): JobSpec {
    if (this.#judged === undefined) throw this.#isStep();
    return this.#judged.spec;
  }

  /** What is allowed and yet may not be meant. */
  get warnings(): readonly Problem[] {
    return this.#judged?.warnings ?? [];
  }

  /** Writes the job as a YAML file that `loadJob` and `prl run` read. Local paths in it are relative to the file. */
  dump(file: string): void {
    writeFileSync(file, dumpJob(this.spec, { directory: dirname(resolve(file)) }));
  }

  /**
   * Creates the job in the default home, follows it, and waits for its end.
   * @throws JobError when it failed or was canceled.
   */
  async run(options: RunJobOptions = {}): Promise<FinishedJob> {
    const [{ homeFolder }, { JobOperations }] = await Promise.all([import('../client/home.ts'), import('../client/jobs.ts')]);
    return new JobOperations(homeFolder(undefined)).run(this, options);
  }

  #isStep(): RequestError {
    return new RequestError({
      code: 'step-is-no-job',
      message: `${JSON.stringify(this.name)} is a step of a pipeline: it cannot be run or written by itself.`,
      hint: 'Call the component outside of the pipeline function for a job that stands alone.',
    });
  }
}

function outputsOf<O extends OutputPorts>(
  ports: OutputPorts,
  step: string,
  context: PipelineContext | undefined,
): { readonly [K in keyof O]: StepOutput } {
  return mapValues(ports, (port, name) => new StepOutput(step, name, port.type ?? 'uri_folder', context)) as {
    [K in keyof O]: StepOutput;
  };
}
