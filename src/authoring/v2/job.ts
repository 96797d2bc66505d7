import { writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Problem, RequestError } from '../../errors/types.ts';
import type { JobEvent, Status } from '../../events/types.ts';
import { isRecord } from '../../language/check.ts';
import { dumpJob, jobFromObject, type LoadedJob } from '../../language/index.ts';
import { nonEmpty } from '../../language/schema/fields.ts';
import type { DataType, JobSpec } from '../../language/types.ts';
import { lastStatus } from '../client/job-status.ts';
import type { FinishedJob } from '../client/views.ts';
import { type Document, defined, mapValues } from '../document.ts';
import { judged } from '../options/judge.ts';
import { type Attributes, givenTo, Judged } from '../options/judged.ts';
import { type Definition, define } from '../options/rules.ts';
import { inOurWords } from '../options/words.ts';
import { closedMapping } from './closed-mapping.ts';
import type { AnyWorkOptions, OutputPorts } from './component-shape.ts';
import type { PipelineContext, PipelineMember } from './context.ts';
import { fillIn } from './filled-in.ts';
import { tellCloudOnly, tellOnce } from './notice.ts';
import { type Output, type OutputOptions, outputDocument } from './output.ts';
import {
  type CommandSettingsOptions,
  commandWork,
  limitRules,
  parallelWork,
  pipelineWork,
  queueRules,
  type ResourceOptions,
  resourceRules,
  type SetResourcesOptions,
  settingsDocument,
} from './settings.ts';
import { StepResources } from './step-resources.ts';
import { directed, documentOfInput, type InputLike, type PortType, refuseForeign, StepInput, StepOutput } from './values.ts';

/** What `job.run()` may be told. */
export interface RunJobOptions {
  /** Called with each event of the job, in order. */
  readonly onEvent?: ((event: JobEvent) => void) | undefined;
}

/** What a job is made of. @internal */
export interface JobParts {
  readonly type: 'parallel' | 'command' | 'pipeline';
  /** The step's name in its pipeline; of a job that stands alone the name that it was given, if any. */
  readonly name: string | undefined;
  readonly inputs: Readonly<Record<string, { readonly type: PortType | undefined; readonly value?: InputLike | undefined }>>;
  readonly outputs: Readonly<Record<string, { readonly type: DataType | undefined; readonly given?: OutputOptions | undefined }>>;
  readonly settings: AnyWorkOptions;
  /** What is read where a setting was not given. */
  readonly own: AnyWorkOptions;
  /** What stands beside name, settings, inputs and outputs. */
  readonly base: Document;
  /** Of a step. */
  readonly context?: PipelineContext | undefined;
  /** Of a job that was judged before. */
  readonly loaded?: LoadedJob;
}

const nameRules = define<{ readonly name?: string | undefined }>('name')({ name: nonEmpty('') });

const DEFINITIONS = { parallel: parallelWork, command: commandWork, pipeline: pipelineWork };

/**
 * A job that stands alone, or, made inside a pipeline function, a step of that pipeline. Its settings are attributes that can be
 * set (`step.compute = 'cpu'`), its inputs and outputs too (`step.outputs.scores.path = './out'`).
 * @throws RequestError for a name that is not there or a value that is not allowed, also where an attribute is set.
 */
export class Job<O extends OutputPorts = OutputPorts, I = Readonly<Record<string, unknown>>> extends Judged<object> {
  /** What it is given, by name; an input can be replaced (`step.inputs.texts = './in'`) and its mode be set. */
  readonly inputs: { readonly [K in keyof I]: StepInput };
  /** Its outputs by name, to be given to other steps; where one goes can be set. A name that is not there does not compile, and is refused. */
  readonly outputs: { readonly [K in keyof O]: StepOutput };
  readonly #parts: JobParts;
  #name: string | undefined;
  /** As it was judged last, with what was judged. */
  #judged: { readonly text: string; readonly loaded: LoadedJob } | undefined;

  /** Made by components, `pipeline` and `loadJob`. @internal */
  constructor(parts: JobParts) {
    const definition: Definition<object> = DEFINITIONS[parts.type];
    super(definition, parts.settings);
    this.#parts = parts;
    this.#name = parts.name;
    fillIn(this, definition, parts.own);
    tellCloudOnly(parts.settings);
    const what = `the ${parts.context === undefined ? 'job' : `step ${JSON.stringify(parts.name)}`}`;
    const inputs = mapValues(parts.inputs, ({ value }) => new StepInput(value));
    this.inputs = closedMapping(inputs, `input of ${what}`, (value) => new StepInput(value as InputLike)) as {
      readonly [K in keyof I]: StepInput;
    };
    const outputs = mapValues(
      parts.outputs,
      ({ type, given = {} }, name) => new StepOutput(this, name, type ?? 'uri_folder', { type, ...given }, parts.context),
    );
    this.outputs = closedMapping(outputs, `output of ${what}`, directed) as { readonly [K in keyof O]: StepOutput };
    if (parts.context !== undefined) parts.context.members.push(this.#asMember());
    else if (parts.loaded !== undefined) this.#judged = { text: JSON.stringify(this.#document()), loaded: parts.loaded };
    else this.#judge();
  }

  /** The step's name in its pipeline; of a job that stands alone the name that it was given, if any. */
  get name(): string | undefined {
    return this.#name;
  }
  set name(name: string | undefined) {
    const { name: wanted } = judged(nameRules, { name });
    const { context } = this.#parts;
    if (context !== undefined && wanted === undefined) throw new RequestError({ code: 'missing-key', message: 'A step needs a name.' });
    this.#name = context === undefined || wanted === undefined || wanted === this.#name ? wanted : context.freeName(wanted, true);
  }

  /** `parallel`, `command` or `pipeline`. */
  get type(): 'parallel' | 'command' | 'pipeline' {
    return this.#parts.type;
  }

  /** As it was when it was last created or run from this object; undefined until then. `client.jobs.get(name)` says what it is now. */
  get status(): Status | undefined {
    return lastStatus(this);
  }

  /** The job as plain data, with everything that was set. @throws RequestError for what is wrong as a whole, and for a step of a pipeline. */
  get spec(): JobSpec {
    return this.#judge().spec;
  }

  /** What is allowed and yet may not be meant. */
  get warnings(): readonly Problem[] {
    return this.#parts.context === undefined ? this.#judge().warnings : [];
  }

  /**
   * What it runs on, as Azure has it: `step.resources.instanceCount` is `step.instanceCount`. Setting it sets those that are given.
   * @throws RequestError for a wrong name or value.
   */
  get resources(): Attributes<ResourceOptions> {
    return new StepResources(this);
  }
  set resources(options: SetResourcesOptions) {
    this.setResources(options);
  }

  /** What it runs on: sets those that are given. @throws RequestError for a wrong name or value. */
  setResources(options: SetResourcesOptions): void {
    const { properties, ...given } = judged(resourceRules, options);
    if (properties !== undefined) tellOnce('resources.properties');
    Object.assign(this, given);
  }

  /** How long a command may take, in seconds. @throws RequestError for a wrong name or value. */
  setLimits(options: Pick<CommandSettingsOptions, 'timeout'>): void {
    Object.assign(this, judged(limitRules, options));
  }

  /** Cloud only: how a command waits in a queue. @throws RequestError for a wrong name or value. */
  setQueueSettings(options: Pick<CommandSettingsOptions, 'jobTier' | 'priority'>): void {
    Object.assign(this, judged(queueRules, options));
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

  /** What it was given. */
  override toJSON(): unknown {
    const inputs = defined(mapValues<StepInput, unknown>(this.inputs, ({ value }) => value));
    const outputs = mapValues<StepOutput, unknown>(this.outputs, (output) => givenTo<OutputOptions>(output));
    return { type: this.type, ...defined({ name: this.name }), ...this.#parts.own, ...givenTo(this), inputs, outputs };
  }

  #asMember(): PipelineMember {
    const name = () => this.#name;
    return {
      get name() {
        return name();
      },
      document: () => this.#document(),
    };
  }

  #document(): Document {
    refuseForeign(givenTo(this));
    const { type, base, inputs, outputs } = this.#parts;
    const written = Object.entries<Output>(this.outputs).flatMap(([name, output]) => {
      const given = givenTo<OutputOptions>(output);
      const said = outputs[name]?.given !== undefined || Object.keys(given).some((key) => key !== 'type');
      return said ? [[name, outputDocument(given)] as const] : [];
    });
    return {
      type,
      ...(this.#parts.context === undefined && this.name !== undefined && { name: this.name }),
      ...over(base, settingsDocument(givenTo(this))),
      inputs: defined(mapValues<StepInput, unknown>(this.inputs, (input, name) => documentOfInput(input, inputs[name]?.type))),
      outputs: Object.fromEntries(written),
    };
  }

  #judge(): LoadedJob {
    if (this.#parts.context !== undefined) throw this.#isStep();
    const document = this.#document();
    const text = JSON.stringify(document);
    if (this.#judged?.text !== text) {
      const loaded = inOurWords(() => jobFromObject(document, { baseDirectory: process.cwd() }));
      this.#judged = { text, loaded };
    }
    return this.#judged.loaded;
  }

  #isStep(): RequestError {
    return new RequestError({
      code: 'step-is-no-job',
      message: `${JSON.stringify(this.name)} is a step of a pipeline: it cannot be run or written by itself.`,
      hint: 'Call the component outside of the pipeline function for a job that stands alone.',
    });
  }
}

/** Of two mappings under one key, both are kept. */
function over(base: Document, settings: Document): Document {
  const both = Object.entries(settings).map(([key, value]) => {
    const below = base[key];
    return [key, isRecord(below) && isRecord(value) && key === 'resources' ? { ...below, ...value } : value] as const;
  });
  return { ...base, ...Object.fromEntries(both) };
}
