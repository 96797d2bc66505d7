/** Parallel steps: the task and its settings. */
import type * as z from 'zod';
import { RequestError } from '../../errors/types.ts';
import { bindProgramArguments } from '../arguments.ts';
import { hasExpression, literalText, soleReference } from '../expressions.ts';
import { dotted, type Place } from '../findings.ts';
import { DEFAULT_PREDEFINED, type ExtractedArguments, extractPredefined } from '../predefined.ts';
import type { parallelStep } from '../schema/jobs.ts';
import type { task as taskSchema } from '../schema/steps.ts';
import type { EnvironmentSpec, Literal, LoggingLevel, ParallelSettings, ParallelStep, ParallelTaskSpec } from '../types.ts';
import { checkText } from './check-text.ts';
import { readCode, readEntryScript } from './code.ts';
import { kindOf, readPath } from './paths.ts';
import { unknownName } from './values.ts';

type Raw = Omit<Partial<z.infer<typeof parallelStep>>, 'inputs' | 'outputs' | 'component' | 'type' | 'properties' | 'tags'>;
type RawTask = z.infer<typeof taskSchema>;

export interface ParallelNames {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Inputs that take a literal and no data. */
  readonly primitive: ReadonlySet<string>;
  /** Inputs whose literal is known. */
  readonly literals: ReadonlyMap<string, Literal | undefined>;
  readonly role: 'definition' | 'use';
  /** Of a component by itself: gathers what waits for the values of inputs. */
  readonly deferred: Set<string> | undefined;
}

/** `base` is the task of the component that the step was made from. */
export function readTask(
  raw: RawTask | undefined,
  base: ParallelTaskSpec | undefined,
  environment: EnvironmentSpec | undefined,
  includes: readonly string[],
  names: ParallelNames,
  place: Place,
): ParallelTaskSpec | undefined {
  if (raw === undefined) return base === undefined ? undefined : { ...base, ...(environment === undefined ? {} : { environment }) };
  const own = { inputs: names.inputs, outputs: names.outputs };
  if (raw.program_arguments !== undefined) checkText(raw.program_arguments, own, place.at('program_arguments'));
  const appendRowTo =
    raw.append_row_to === undefined ? base?.appendRowTo : readPort(raw.append_row_to, 'output', names.outputs, place.at('append_row_to'));
  const programArguments = raw.program_arguments ?? base?.programArguments;
  const chosen = environment ?? base?.environment;
  const common = {
    ...(programArguments === undefined || programArguments.trim() === '' ? {} : { programArguments }),
    ...(chosen === undefined ? {} : { environment: chosen }),
    ...(appendRowTo === undefined ? {} : { appendRowTo }),
  };
  const type = raw.type?.toLowerCase() ?? base?.type ?? 'run_function';
  if (type === 'model') {
    const model =
      raw.model === undefined ? (base?.type === 'model' ? base.model : undefined) : readModel(raw.model, names.inputs, place.at('model'));
    if (raw.model === undefined && model === undefined) {
      place
        .at('model')
        .error('missing-key', 'The key "model" is required with "type: model": expected a path, a registered model or ${{inputs.NAME}}.');
    }
    return model === undefined ? undefined : { type: 'model', model, ...common };
  }
  const baseCode = base?.type === 'run_function' ? base.code : undefined;
  const code = raw.code === undefined ? baseCode : readCode(raw.code, includes, place.at('code'));
  if (raw.entry_script === undefined) {
    if (base?.type === 'run_function')
      return { type: 'run_function', entryScript: base.entryScript, ...(code === undefined ? {} : { code }), ...common };
    place
      .at('entry_script')
      .error('missing-key', 'The key "entry_script" is required: expected the script with init() and run(mini_batch), found nothing.');
    return undefined;
  }
  const entry = readEntryScript(
    raw.entry_script,
    code,
    raw.code !== undefined || baseCode !== undefined,
    includes,
    place.at('entry_script'),
  );
  return entry === undefined ? undefined : { type: 'run_function', ...entry, ...common };
}

/** `${{inputs.x}}` or `${{outputs.x}}` → `x`, when there is one. */
export function readPort(text: string, what: 'input' | 'output', known: readonly string[], place: Place): string | undefined {
  const reference = soleReference(text);
  if (reference?.scope !== what) {
    place.error(
      'invalid-binding',
      `Expected \${{${what}s.NAME}}, found ${JSON.stringify(text)}.`,
      known.length === 0 ? `This step has no ${what}s.` : `Known: ${known.join(', ')}.`,
    );
    return undefined;
  }
  if (!known.includes(reference.name)) {
    place.error(`unknown-${what}`, `${text} names no ${what} of this step.`, unknownName(reference.name, known, `${what}s`));
    return undefined;
  }
  return reference.name;
}

function readModel(text: string, inputs: readonly string[], place: Place): string | undefined {
  if (hasExpression(text)) return readPort(text, 'input', inputs, place) === undefined ? undefined : text;
  const path = readPath(text, place);
  if (path === undefined) return undefined;
  if (path.kind !== 'local') return path.text;
  if (kindOf(path.path) !== undefined) return path.path;
  place.error(
    'missing-path',
    `There is no model at ${path.path}.`,
    `${JSON.stringify(text)} is relative to ${place.source.baseDirectory}.`,
  );
  return undefined;
}

export function readSettings(
  raw: Raw,
  base: ParallelStep | undefined,
  task: ParallelTaskSpec | undefined,
  names: ParallelNames,
  place: Place,
): ParallelSettings {
  const argumentsPlace = raw.task?.program_arguments === undefined ? place : place.at('task', 'program_arguments');
  const extracted = predefinedOf(task?.programArguments ?? raw.task?.program_arguments, names, argumentsPlace);
  const inputData = readInputData(raw.input_data, base, names, place.at('input_data'), extracted.predefined.rankMiniBatchCount > 0);
  const partitionKeys = raw.partition_keys ?? base?.settings.partitionKeys ?? [];
  const sizeGiven = raw.mini_batch_size === undefined ? base?.settings.miniBatchSize : String(raw.mini_batch_size);
  // Python's own dump writes '0' for a size that was never set.
  const miniBatchSize = sizeGiven === undefined || /^0+([kmg]b)?$/i.test(sizeGiven) ? undefined : sizeGiven;
  if (partitionKeys.length > 0 && miniBatchSize !== undefined) {
    place
      .at('mini_batch_size')
      .warn('size-without-effect', 'partition_keys and mini_batch_size are both given: the keys decide, the size has no effect.');
  }
  const keyed = integer(raw.error_threshold) ?? base?.settings.errorThreshold;
  if (extracted.errorThreshold !== undefined && raw.error_threshold !== undefined && extracted.errorThreshold !== keyed) {
    place
      .at('error_threshold')
      .warn('given-twice', `error_threshold is ${keyed} here and ${extracted.errorThreshold} in program_arguments, which wins.`);
  }
  const concurrency = integer(raw.max_concurrency_per_instance) ?? base?.settings.maxConcurrencyPerInstance;
  const logging: LoggingLevel = raw.logging_level ?? base?.settings.loggingLevel ?? 'INFO';
  return {
    inputData,
    ...(miniBatchSize === undefined ? {} : { miniBatchSize }),
    partitionKeys,
    errorThreshold: extracted.errorThreshold ?? keyed ?? -1,
    miniBatchErrorThreshold: integer(raw.mini_batch_error_threshold) ?? base?.settings.miniBatchErrorThreshold ?? -1,
    allowedFailedPercent: extracted.allowedFailedPercent ?? base?.settings.allowedFailedPercent ?? 100,
    maxRetries: integer(raw.retry_settings?.max_retries) ?? base?.settings.maxRetries ?? 2,
    timeout: integer(raw.retry_settings?.timeout) ?? base?.settings.timeout ?? 60,
    ...(concurrency === undefined ? {} : { maxConcurrencyPerInstance: concurrency }),
    loggingLevel: logging,
    predefined: extracted.predefined,
  };
}

function integer(value: number | string | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}

function readInputData(
  raw: Raw['input_data'],
  base: ParallelStep | undefined,
  names: ParallelNames,
  place: Place,
  none: boolean,
): readonly string[] {
  if (raw === undefined) {
    const inherited = base?.settings.inputData ?? [];
    if (inherited.length === 0 && !none) {
      place.error(
        'missing-key',
        'The key "input_data" is required: expected ${{inputs.NAME}}, the input to split, found nothing.',
        names.inputs.length === 0 ? undefined : `Inputs of this step: ${names.inputs.join(', ')}.`,
      );
    }
    return inherited;
  }
  const texts = typeof raw === 'string' ? [raw] : raw;
  return texts.flatMap((text, index) => {
    const at = typeof raw === 'string' ? place : place.at(index);
    const name = readPort(text, 'input', names.inputs, at);
    if (name === undefined) return [];
    if (names.primitive.has(name)) at.error('literal-for-data', `${text} is a literal, and only data can be split.`);
    return [name];
  });
}

const NOTHING: ExtractedArguments = { predefined: DEFAULT_PREDEFINED, rest: [], warnings: [], mistakes: [] };

/** Stands for a literal that is not known yet. */
const UNKNOWN = '${{ }}';

function tellUnknown(mistake: string, names: ParallelNames, place: Place): void {
  if (names.deferred !== undefined) names.deferred.add(dotted(place.path));
  else {
    const message = mistake.replace(JSON.stringify(UNKNOWN), 'an input without a literal value');
    place.error('setting-not-literal', message, 'Predefined arguments must be known before the job starts.');
  }
}

/** Predefined arguments may be bound to inputs; an input without a known literal leaves its expression in the text. */
function predefinedOf(text: string | undefined, names: ParallelNames, place: Place): ExtractedArguments {
  if (text === undefined) return NOTHING;
  try {
    const words = bindProgramArguments(text, (reference) => {
      const literal = reference.scope === 'input' ? names.literals.get(reference.name) : undefined;
      if (literal !== undefined) return literalText(literal);
      return reference.scope === 'input' && !names.literals.has(reference.name) ? undefined : UNKNOWN;
    });
    const extracted = extractPredefined(words);
    for (const mistake of extracted.mistakes) {
      if (!mistake.includes(UNKNOWN)) place.error('invalid-argument', mistake);
      else if (names.role === 'use') tellUnknown(mistake, names, place);
    }
    for (const warning of extracted.warnings) place.warn('unknown-argument', warning);
    return extracted;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    for (const problem of error.problems) place.error(problem.code, problem.message);
    return NOTHING;
  }
}
