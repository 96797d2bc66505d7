/** The settings of a parallel step, over those of the component that it was made from. */
import type * as z from 'zod';
import type { EngineSettings } from '../../arguments/predefined.ts';
import type { Place } from '../../findings.ts';
import { DEFAULT_SIZE, parseMiniBatchSize } from '../../mini-batch-size.ts';
import type { parallelStep } from '../../schema/jobs.ts';
import type { LoggingLevel, ParallelSettings, ParallelStep } from '../../types.ts';
import { type OwnNames, readPort } from './own-references.ts';

type Raw = Pick<
  Partial<z.infer<typeof parallelStep>>,
  | 'input_data'
  | 'mini_batch_size'
  | 'partition_keys'
  | 'error_threshold'
  | 'mini_batch_error_threshold'
  | 'retry_settings'
  | 'on_failure'
  | 'logging_level'
  | 'max_concurrency_per_instance'
>;

export interface SettingsNames extends OwnNames {
  /** Inputs that take a literal and no data. */
  readonly primitive: ReadonlySet<string>;
}

/** `engine`: what the program arguments say. */
export function readSettings(
  raw: Raw,
  base: ParallelStep | undefined,
  engine: EngineSettings,
  names: SettingsNames,
  place: Place,
): ParallelSettings {
  const inputData = readInputData(raw.input_data, base, names, place.at('input_data'), engine.predefined.rankMiniBatchCount > 0);
  const partitionKeys = raw.partition_keys ?? base?.settings.partitionKeys ?? [];
  const own = raw.mini_batch_size === undefined ? undefined : parseMiniBatchSize(raw.mini_batch_size);
  const miniBatchSize = own ?? base?.settings.miniBatchSize ?? DEFAULT_SIZE;
  if (partitionKeys.length > 0 && miniBatchSize.kind !== 'default') {
    place
      .at('mini_batch_size')
      .warn('size-without-effect', 'partition_keys and mini_batch_size are both given: the keys decide, the size has no effect.');
  }
  const keyed = integer(raw.error_threshold) ?? base?.settings.errorThreshold;
  if (engine.errorThreshold !== undefined && raw.error_threshold !== undefined && engine.errorThreshold !== keyed) {
    place
      .at('error_threshold')
      .warn('given-twice', `error_threshold is ${keyed} here and ${engine.errorThreshold} in program_arguments, which wins.`);
  }
  const isolates = engine.isolateFailedItems;
  if (isolates !== undefined && raw.on_failure !== undefined && isolates !== (raw.on_failure === 'isolate')) {
    place
      .at('on_failure')
      .warn('given-twice', `on_failure is ${raw.on_failure} here, and program_arguments have --isolate_failed_items, which wins.`);
  }
  const onFailure = isolates === undefined ? (raw.on_failure ?? base?.settings.onFailure) : isolates ? 'isolate' : 'fail';
  const concurrency = integer(raw.max_concurrency_per_instance) ?? base?.settings.maxConcurrencyPerInstance;
  const logging: LoggingLevel = raw.logging_level ?? base?.settings.loggingLevel ?? 'INFO';
  return {
    inputData,
    miniBatchSize,
    partitionKeys,
    errorThreshold: engine.errorThreshold ?? keyed ?? -1,
    miniBatchErrorThreshold: integer(raw.mini_batch_error_threshold) ?? base?.settings.miniBatchErrorThreshold ?? -1,
    allowedFailedPercent: engine.allowedFailedPercent ?? base?.settings.allowedFailedPercent ?? 100,
    maxRetries: integer(raw.retry_settings?.max_retries) ?? base?.settings.maxRetries ?? 2,
    timeout: integer(raw.retry_settings?.timeout) ?? base?.settings.timeout ?? 60,
    ...(onFailure === 'isolate' && { onFailure }),
    ...(concurrency !== undefined && { maxConcurrencyPerInstance: concurrency }),
    loggingLevel: logging,
    predefined: engine.predefined,
  };
}

function integer(value: number | string | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}

function readInputData(
  raw: Raw['input_data'],
  base: ParallelStep | undefined,
  names: SettingsNames,
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
    if (names.primitive.has(name))
      at.error(
        'literal-for-data',
        `${text} is a literal, and only data can be split.`,
        `Data is written as "${name}: { type: uri_folder, path: … }".`,
      );
    return [name];
  });
}
