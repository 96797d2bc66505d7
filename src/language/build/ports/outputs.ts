/** Where outputs go. */
import type * as z from 'zod';
import { soleReference } from '../../expressions.ts';
import type { Place } from '../../findings.ts';
import type { outputs as outputsSchema } from '../../schema/common.ts';
import { DATA_TYPES, OUTPUT_MODES } from '../../schema/common.ts';
import type { OutputValue } from '../../types.ts';
import { checkKey, checkNamed } from '../names.ts';
import { readPath } from '../paths.ts';
import { oneOf, versionText } from '../scalars.ts';

type RawOutputs = z.infer<typeof outputsSchema>;

export function readOutputs(raw: RawOutputs, place: Place, owner: 'job' | 'step'): Record<string, OutputValue> {
  const values: Record<string, OutputValue> = {};
  for (const [name, value] of Object.entries(raw ?? {})) {
    const at = place.at(name);
    if (!checkKey('value', name, 'output name', at)) continue;
    const read = readOutput(value, at, owner);
    if (read !== undefined) values[name] = read;
  }
  return values;
}

function readOutput(raw: NonNullable<RawOutputs>[string], place: Place, owner: 'job' | 'step'): OutputValue | undefined {
  if (raw === null) return {};
  if (typeof raw === 'string') return readDestination(raw, place, owner, true);
  const type = oneOf(DATA_TYPES, raw.type);
  const mode = oneOf(OUTPUT_MODES, raw.mode);
  const destination = raw.path === undefined || raw.path === '' ? {} : readDestination(raw.path, place.at('path'), owner, false);
  if (destination === undefined) return undefined;
  const version = raw.version === undefined ? undefined : versionText(raw.version, place.at('version'));
  // What it would be registered under when the step has run.
  if (raw.name !== undefined) checkNamed('asset', raw.name, 'name', place.at('name'));
  if (version !== undefined) checkNamed('version', version, 'version', place.at('version'));
  if (version !== undefined && raw.name === undefined) {
    place
      .at('version')
      .error('version-without-name', 'An output has a version only together with a name.', 'Give it a "name" to register it under.');
  }
  return {
    ...(type !== undefined && { type }),
    ...(mode !== undefined && { mode }),
    ...destination,
    ...(raw.name !== undefined && { name: raw.name }),
    ...(version !== undefined && { version }),
    ...(raw.description !== undefined && { description: raw.description }),
  };
}

function readDestination(text: string, place: Place, owner: 'job' | 'step', mustBind: boolean): OutputValue | undefined {
  const reference = soleReference(text);
  if (reference?.scope === 'parent_output') {
    if (owner === 'step') return { binding: text.trim() };
    place.error(
      'nothing-to-bind',
      `${text} stands in the outputs of the job itself, which has no parent.`,
      "Bind the step's output to the job's output, not the other way round.",
    );
    return undefined;
  }
  if (mustBind || (reference !== undefined && reference.scope !== 'macro')) {
    place.error(
      'invalid-binding',
      `Expected \${{parent.outputs.NAME}}, found ${JSON.stringify(text)}.`,
      'A path goes under the key "path".',
    );
    return undefined;
  }
  const path = readPath(text, place);
  if (path === undefined) return undefined;
  if (path.kind === 'asset') {
    place.error(
      'output-on-asset',
      `An output cannot be written over the registered asset ${text}.`,
      'Give a path, and a "name" to register the output under.',
    );
    return undefined;
  }
  if (path.kind === 'remote' && path.readOnly) {
    place.error('output-on-job', `An output cannot be written over what a job has made, found ${text}.`, 'Give a path of its own.');
    return undefined;
  }
  return { path: path.kind === 'local' ? path.path : path.text };
}
