/** What inputs are given and where outputs go. */
import type * as z from 'zod';
import { isRecord } from '../check.ts';
import { hasExpression, soleReference } from '../expressions.ts';
import type { Place } from '../findings.ts';
import { nearest } from '../near.ts';
import type { inputs as inputsSchema, outputs as outputsSchema } from '../schema/common.ts';
import { DATA_TYPES, INPUT_MODES, OUTPUT_MODES } from '../schema/common.ts';
import type { DataType, InputMode, InputValue, Literal, OutputValue } from '../types.ts';
import { kindOf, readPath } from './paths.ts';

export type RawInputs = z.infer<typeof inputsSchema>;
export type RawOutputs = z.infer<typeof outputsSchema>;
type RawInput = NonNullable<RawInputs>[string];

const NAME = /^[A-Za-z0-9_][A-Za-z0-9_-]*$/;
/** What a component declares is a name in programs too. */
const PORT_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The names of inputs, outputs and ports: what expressions can name. */
export function checkName(name: string, what: 'input' | 'output' | 'input port' | 'output port', place: Place): boolean {
  const port = what.endsWith('port');
  if ((port ? PORT_NAME : NAME).test(name) && name.length <= 255) return true;
  const allowed = port ? 'letters, digits and "_", not beginning with a digit' : 'letters, digits, "_" and "-"';
  place.keyError('invalid-name', `The ${what} name ${JSON.stringify(name)} is not allowed: expected ${allowed}.`);
  return false;
}

/** A word of a list, in the list's own case. */
export function oneOf<Word extends string>(words: readonly Word[], text: string | undefined): Word | undefined {
  return text === undefined ? undefined : words.find((word) => word === text.toLowerCase());
}

/** A number as it was written, where a number would read differently (`1.0`) or cannot hold it. */
export function literalOf(value: Literal, place: Place): Literal {
  if (typeof value !== 'number') return value;
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return String(value);
  const written = place.source.written(place.path);
  return written === undefined || written === String(value) || /^[-+]?\d+$/.test(written) ? value : written;
}

export function readInputs(raw: RawInputs, place: Place): Record<string, InputValue> {
  const values: Record<string, InputValue> = {};
  for (const [name, value] of Object.entries(raw ?? {})) {
    const at = place.at(name);
    if (!checkName(name, 'input', at)) continue;
    const read = readInput(value, at);
    if (read !== undefined) values[name] = read;
  }
  return values;
}

function readInput(raw: RawInput, place: Place): InputValue | undefined {
  if (typeof raw === 'string') return hasExpression(raw) ? { kind: 'expression', text: raw } : { kind: 'literal', value: raw };
  if (typeof raw !== 'object') return { kind: 'literal', value: literalOf(raw, place) };
  if ('value' in raw) return readInput(raw.value, place.at('value'));
  const type = oneOf(DATA_TYPES, raw.type);
  const mode = oneOf(INPUT_MODES, raw.mode);
  const delivery = mode === undefined ? {} : { mode };
  if (raw.path === undefined) {
    place.error('missing-key', 'The key "path" is required: expected a path or an expression, found nothing.');
    return undefined;
  }
  if (hasExpression(raw.path)) return { kind: 'expression', text: raw.path, ...(type === undefined ? {} : { type }), ...delivery };
  return readData(raw.path, type, delivery, place.at('path'));
}

function readData(text: string, type: DataType | undefined, options: { readonly mode?: InputMode }, place: Place): InputValue {
  const path = readPath(text, place);
  const asWritten: InputValue = { kind: 'data', path: text, ...options, type: type ?? 'uri_folder' };
  if (path === undefined) return asWritten;
  if (path.kind === 'asset' && path.reference.version === undefined && path.reference.label === undefined) {
    place.error('invalid-reference', `${text} names no version: expected azureml:NAME:VERSION or azureml:NAME@latest.`);
  }
  if (path.kind !== 'local') return asWritten;
  const found = place.source.promised?.has(path.path) === true ? 'folder' : kindOf(path.path);
  if (found === undefined && !(place.source.file === undefined && hasPattern(path.path))) {
    place.error(
      'missing-path',
      `There is nothing at ${path.path}.`,
      `${JSON.stringify(text)} is relative to ${place.source.baseDirectory}.`,
    );
  } else if (type === 'uri_file' && found === 'folder') {
    place.error(
      'folder-for-file',
      `The type is uri_file, and ${path.path} is a folder.`,
      'Name the file in it, or use the type uri_folder.',
    );
  } else if (type === 'uri_folder' && found === 'file') {
    place.error('file-for-folder', `The type is uri_folder, and ${path.path} is a file.`, 'Name its folder, or use the type uri_file.');
  }
  return { kind: 'data', path: path.path, ...options, type: type ?? (found === 'file' ? 'uri_file' : 'uri_folder') };
}

/** A program may name files by a pattern (`in/**`); what it matches is looked at when the data is read. */
function hasPattern(path: string): boolean {
  return /[*?[{]/.test(path);
}

export function readOutputs(raw: RawOutputs, place: Place, owner: 'job' | 'step'): Record<string, OutputValue> {
  const values: Record<string, OutputValue> = {};
  for (const [name, value] of Object.entries(raw ?? {})) {
    const at = place.at(name);
    if (!checkName(name, 'output', at)) continue;
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
  if (raw.version !== undefined && raw.name === undefined) {
    place
      .at('version')
      .error('version-without-name', 'An output has a version only together with a name.', 'Give it a "name" to register it under.');
  }
  return {
    ...(type === undefined ? {} : { type }),
    ...(mode === undefined ? {} : { mode }),
    ...destination,
    ...(raw.name === undefined ? {} : { name: raw.name }),
    ...(raw.version === undefined ? {} : { version: versionText(raw.version, place.at('version')) }),
    ...(raw.description === undefined ? {} : { description: raw.description }),
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
  if (/^azureml:/.test(text) || /^[a-z][a-z0-9+.-]+:\/\//i.test(text)) {
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
    return { path: path.kind === 'local' ? path.path : path.text };
  }
  const path = readPath(text, place);
  return path?.kind === 'local' ? { path: path.path } : undefined;
}

export function versionText(version: string | number, place: Place): string {
  return typeof version === 'string' ? version : (place.source.written(place.path) ?? String(version));
}

/** Text with nothing that is null: tags and properties. */
export function textRecord(raw: unknown): Record<string, string> {
  if (!isRecord(raw)) return {};
  return Object.fromEntries(Object.entries(raw).map(([key, value]) => [key, value === null || value === undefined ? '' : String(value)]));
}

export function unknownName(name: string, known: Iterable<string>, what: string): string {
  const names = [...known];
  const near = nearest(name, names);
  if (near !== undefined) return `Did you mean ${JSON.stringify(near)}?`;
  return names.length === 0 ? `There are no ${what}.` : `Known: ${names.join(', ')}.`;
}
