import { defined, mapValues } from '../document.ts';
import { judgeJob } from './call.ts';
import type { InputPorts } from './component-shape.ts';
import { Job, type OutputPorts } from './job.ts';
import { type OutputOptions, outputDocument } from './output.ts';
import { type ParallelSettingsOptions, type RunOptions, settingsDocument } from './settings.ts';
import { valueDocument } from './values.ts';

export interface ParallelJobOptions<O extends OutputPorts> extends RunOptions, ParallelSettingsOptions {
  /** The name of the job; unique. Default: made up. */
  readonly name?: string | undefined;
  readonly inputs?: InputPorts | undefined;
  readonly outputs?: O | undefined;
}

/** A parallel job that stands alone. @throws RequestError with everything that is wrong, in the words of YAML. */
export class ParallelJob<const O extends OutputPorts = Readonly<Record<never, never>>> extends Job<O> {
  constructor(options: ParallelJobOptions<O>) {
    const { name, inputs = {}, outputs = {}, ...settings } = options;
    super({
      name,
      outputs,
      judged: judgeJob({
        type: 'parallel',
        ...defined({ name }),
        ...settingsDocument(settings),
        inputs: mapValues(inputs, (value) => valueDocument(value, undefined)),
        outputs: mapValues<OutputOptions, unknown>(outputs, outputDocument),
      }),
    });
  }
}
