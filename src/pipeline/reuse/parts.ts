/** What decides a step's result, taken apart so that one can say which part is new. Nothing of names and places. Pure. */

import { ofScript } from '../../language/arguments/bind.ts';
import { programArgumentsText } from '../../language/arguments/write.ts';
import { literalText } from '../../language/expressions.ts';
import { miniBatchSizeText, sizeFor } from '../../language/mini-batch-size.ts';
import type { CommandStep, DataType, EnvironmentSpec, ParallelSettings, ParallelStep } from '../../language/types.ts';
import type { FingerprintPart } from '../../store/fingerprints.ts';
import type { StagedInput } from '../bind/stage.ts';
import type { Snapshot } from '../code/snapshot.ts';
import type { RunStep } from '../graph/scope.ts';
import { hashValue } from './hash.ts';

/** The types of data inputs, by name; `table` for what is read as one though its type does not say so. */
type InputTypes = readonly (readonly [string, DataType | 'table'])[];

export type Parts = Readonly<Record<string, FingerprintPart>>;

/** Files that are told by name when the code differs; a snapshot of more is told as one. */
const mostFiles = 1000;

/** Everything but the content of data inputs. @param rows the ending that says how returned rows are written, where one does */
export function definitionParts(
  step: RunStep,
  snapshot: Snapshot,
  inputs: readonly StagedInput[],
  interpreter: string,
  rows?: string,
): Parts {
  const literals = inputs.flatMap((input) =>
    input.kind === 'literal' ? [[`inputs.${input.name}`, detailed({ value: literalText(input.value) })] as const] : [],
  );
  const types = inputs.flatMap((input) =>
    input.kind === 'literal' ? [] : [[input.name, input.kind === 'data' && input.read === 'table' ? 'table' : input.type] as const],
  );
  return {
    code: code(snapshot),
    ...(step.type === 'command' ? commandParts(step) : parallelParts(step, types, rows)),
    environment: detailed({ interpreter, ...environmentDetail(step.type === 'command' ? step.environment : step.task.environment) }),
    environment_variables: secret(step.environmentVariables),
    inputs: detailed(Object.fromEntries(types)),
    ...(step.tables !== undefined && { tables: detailed(step.tables) }),
    ...(step.component.version !== undefined && { version: detailed({ version: step.component.version }) }),
    outputs: detailed(Object.fromEntries(Object.entries(step.outputPorts).map(([name, port]) => [name, port.type]))),
    ...Object.fromEntries(literals),
  };
}

/** One hash of all parts. */
export function definitionOf(parts: Parts): string {
  return hashValue(Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, part.hash])));
}

function commandParts(step: CommandStep): Parts {
  const { distribution, resources } = step;
  return {
    command: detailed({ command: step.command }),
    settings: detailed({ distribution, ...(distribution !== undefined && { instance_count: resources.instanceCount }) }),
  };
}

/** Settings that only make a step faster, slower or more patient do not change its result. */
function parallelParts({ task, settings }: ParallelStep, types: InputTypes, rows: string | undefined): Parts {
  const { predefined } = settings;
  return {
    arguments: detailed({ program_arguments: programArgumentsText(ofScript(task.programArguments)) }),
    settings: detailed({
      entry_script: task.type === 'run_function' ? task.entryScript : undefined,
      output_action: task.appendRowTo === undefined ? 'summary_only' : 'append_row',
      append_row_file_name: settings.appendRowFileName,
      rows,
      input_data: settings.inputData,
      mini_batch_size: sizeText(settings, types),
      partition_keys: settings.partitionKeys,
      partition_formats: settings.partitionFormats,
      error_threshold: settings.errorThreshold,
      mini_batch_error_threshold: settings.miniBatchErrorThreshold,
      allowed_failed_percent: settings.allowedFailedPercent,
      rank_mini_batch_count: predefined.rankMiniBatchCount,
      fail_on_short_return: predefined.failOnShortReturn,
      on_failure: settings.onFailure,
    }),
  };
}

/** One text for every way of writing a size, as far as it is known what is split. */
function sizeText({ inputData, miniBatchSize, partitionKeys, predefined }: ParallelSettings, types: InputTypes): string | undefined {
  if (partitionKeys.length > 0 || predefined.rankMiniBatchCount > 0) return undefined;
  const sizes = inputData.map((name) => {
    const type = types.find(([input]) => input === name)?.[1];
    // Only the file itself tells of an MLTable.
    const kind = type === 'uri_file' || type === 'table' ? 'table' : type === 'uri_folder' ? 'files' : undefined;
    return miniBatchSizeText(kind === undefined ? miniBatchSize : sizeFor(kind, miniBatchSize));
  });
  const [only, ...others] = new Set(sizes);
  return others.length === 0 ? only : miniBatchSizeText(miniBatchSize);
}

function environmentDetail(environment: EnvironmentSpec | undefined): Readonly<Record<string, unknown>> {
  const { reference, image, conda, build } = environment ?? {};
  return { reference, image, conda: conda === undefined ? undefined : hashValue(conda), build };
}

function code(snapshot: Snapshot): FingerprintPart {
  const hash = hashValue(snapshot);
  return Object.keys(snapshot).length > mostFiles ? { hash } : { hash, detail: snapshot };
}

function detailed(values: Readonly<Record<string, unknown>>): FingerprintPart {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return {
    hash: hashValue(Object.fromEntries(given)),
    detail: Object.fromEntries(given.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)])),
  };
}

/** Environment variables may hold keys: only whether one changed is kept. */
function secret(values: Readonly<Record<string, string>>): FingerprintPart {
  return {
    hash: hashValue(values),
    detail: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, `#${hashValue(value).slice(0, 16)}`])),
  };
}
