/** What a job that was stored may have changed: settings on which no result depends. Pure. */
import type * as z from 'zod';
import { RequestError } from '../errors/types.ts';
import { suggestion } from './near.ts';
import { resources } from './schema/common.ts';
import { limits, parallelKeys, retrySettings } from './schema/steps.ts';
import type { CommandStep, JobSpec, ParallelSettings, ParallelStep, Step } from './types.ts';

export interface Amendment {
  /** As the job's file would have it: `jobs.score.retry_settings.timeout`. */
  readonly path: string;
  /** The step's name: `score`, `outer.inner`, `main`. */
  readonly step: string;
  readonly from?: string | number;
  readonly to: string | number;
}

export interface Amended {
  readonly spec: JobSpec;
  readonly amendments: readonly Amendment[];
}

interface Setting<S extends Step> {
  readonly schema: z.ZodType;
  readonly read: (step: S) => string | number | undefined;
  readonly write: (step: S, value: string) => S;
}

const setting = (key: keyof ParallelSettings & ('maxRetries' | 'timeout' | Numbers), schema: z.ZodType): Setting<ParallelStep> => ({
  schema,
  read: ({ settings }) => settings[key],
  write: (step, value) => ({ ...step, settings: { ...step.settings, [key]: Number(value) } }),
});

type Numbers = 'errorThreshold' | 'miniBatchErrorThreshold' | 'maxConcurrencyPerInstance';

const ofParallel: Readonly<Record<string, Setting<ParallelStep>>> = {
  'retry_settings.max_retries': setting('maxRetries', retrySettings.shape.max_retries),
  'retry_settings.timeout': setting('timeout', retrySettings.shape.timeout),
  error_threshold: setting('errorThreshold', parallelKeys.error_threshold),
  mini_batch_error_threshold: setting('miniBatchErrorThreshold', parallelKeys.mini_batch_error_threshold),
  max_concurrency_per_instance: setting('maxConcurrencyPerInstance', parallelKeys.max_concurrency_per_instance),
  'resources.instance_count': {
    schema: resources.shape.instance_count,
    read: (step) => step.resources.instanceCount,
    write: (step, value) => ({ ...step, resources: { ...step.resources, instanceCount: Number(value) } }),
  },
  logging_level: {
    schema: parallelKeys.logging_level,
    read: ({ settings }) => settings.loggingLevel,
    write: (step, value) => ({ ...step, settings: { ...step.settings, loggingLevel: value as ParallelSettings['loggingLevel'] } }),
  },
};

const ofCommand: Readonly<Record<string, Setting<CommandStep>>> = {
  'limits.timeout': {
    schema: limits.shape.timeout,
    read: ({ timeout }) => timeout,
    write: (step, value) => ({ ...step, timeout: Number(value) }),
  },
};

/**
 * @param texts `PATH=VALUE`, paths as the job's file has them
 * @throws RequestError, with all that is wrong, for a step that is not there, a value that is not allowed, or a key on which results depend
 */
export function amend(spec: JobSpec, texts: readonly string[]): Amended {
  const problems: string[] = [];
  const amendments: Amendment[] = [];
  let amended = spec;
  for (const text of texts) {
    try {
      const { steps, amendment } = amendOne(amended, text);
      amended = { ...amended, steps };
      amendments.push(amendment);
    } catch (error) {
      if (!(error instanceof NotAmendable)) throw error;
      problems.push(`--set ${text}: ${error.message}`);
    }
  }
  if (problems.length > 0) throw new RequestError(problems.map((message) => ({ code: 'not-amendable', message })));
  return { spec: amended, amendments };
}

class NotAmendable extends Error {}

type Steps = JobSpec['steps'];

function amendOne(spec: JobSpec, text: string): { readonly steps: Steps; readonly amendment: Amendment } {
  const equals = text.indexOf('=');
  if (equals < 1) throw new NotAmendable('expected PATH=VALUE, for example retry_settings.timeout=600.');
  const path = text.slice(0, equals).trim();
  const value = text.slice(equals + 1).trim();
  const names: string[] = [];
  let amendment: Amendment | undefined;
  const visit = (steps: Steps, rest: readonly string[], nested: boolean): Steps => {
    const [name = '', ...key] = nested ? rest.slice(1) : ['main', ...rest];
    const step = Object.hasOwn(steps, name) ? steps[name] : undefined;
    if ((nested && rest[0] !== 'jobs') || step === undefined) throw new NotAmendable(whichStep(steps, nested, name));
    names.push(name);
    if (step.type === 'pipeline') return { ...steps, [name]: { ...step, steps: visit(step.steps, key, true) } };
    const { changed, from } =
      step.type === 'parallel' ? change(step, ofParallel, key.join('.'), value) : change(step, ofCommand, key.join('.'), value);
    amendment = {
      path,
      step: names.join('.'),
      ...(from !== undefined && { from }),
      to: Number.isNaN(Number(value)) ? value : Number(value),
    };
    return { ...steps, [name]: changed };
  };
  const steps = visit(spec.steps, path.split('.'), !spec.standalone);
  if (amendment === undefined) throw new NotAmendable('nothing was changed.');
  return { steps, amendment };
}

function change<S extends Step>(
  step: S,
  settings: Readonly<Record<string, Setting<S>>>,
  key: string,
  value: string,
): { readonly changed: S; readonly from?: string | number } {
  const found = Object.hasOwn(settings, key) ? settings[key] : undefined;
  if (found === undefined) {
    const allowed = Object.keys(settings);
    const known = suggestion(key, allowed, 'setting that a resume may change');
    const hint = known.startsWith('Known: ') ? `What it may change: ${allowed.join(', ')}.` : known;
    throw new NotAmendable(`a resume does not change ${key === '' ? 'that' : key}: what is finished was made with it as it was. ${hint}`);
  }
  const judged = found.schema.safeParse(value);
  if (!judged.success) throw new NotAmendable(`expected ${judged.error.issues[0]?.message}, found ${JSON.stringify(value)}.`);
  const from = found.read(step);
  return { changed: found.write(step, value), ...(from !== undefined && { from }) };
}

function whichStep(steps: Steps, nested: boolean, name: string): string {
  const names = Object.keys(steps);
  if (!nested) return 'the job has no step.';
  return `expected jobs.STEP.SETTING${name === '' ? '' : `, and there is no step ${JSON.stringify(name)}`}. Steps here: ${names.join(', ')}.`;
}
