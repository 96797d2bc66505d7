/** The task of a parallel step: what runs on each mini-batch. */
import type * as z from 'zod';
import type { ProgramArgument } from '../../arguments/types.ts';
import { hasExpression } from '../../expressions.ts';
import type { Place } from '../../findings.ts';
import type { task as taskSchema } from '../../schema/steps.ts';
import type { EnvironmentSpec, ParallelTaskSpec } from '../../types.ts';
import { kindOf, readPath } from '../paths.ts';
import { readCode, readEntryScript } from './code.ts';
import { type OwnNames, readPort } from './own-references.ts';

export type RawTask = z.infer<typeof taskSchema>;

/** `base` is the task of the component that the step was made from. */
export function readTask(
  raw: RawTask | undefined,
  base: ParallelTaskSpec | undefined,
  programArguments: readonly ProgramArgument[],
  environment: EnvironmentSpec | undefined,
  includes: readonly string[],
  names: OwnNames,
  place: Place,
): ParallelTaskSpec | undefined {
  if (raw === undefined) return base === undefined ? undefined : { ...base, ...(environment !== undefined && { environment }) };
  const appendRowTo =
    raw.append_row_to === undefined ? base?.appendRowTo : readPort(raw.append_row_to, 'output', names.outputs, place.at('append_row_to'));
  const chosen = environment ?? base?.environment;
  const common = {
    programArguments,
    ...(chosen !== undefined && { environment: chosen }),
    ...(appendRowTo !== undefined && { appendRowTo }),
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
      return { type: 'run_function', entryScript: base.entryScript, ...(code !== undefined && { code }), ...common };
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
