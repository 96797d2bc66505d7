/** What inputs are given. */
import type * as z from 'zod';
import { isRecord } from '../../check.ts';
import { hasExpression } from '../../expressions.ts';
import type { Place } from '../../findings.ts';
import type { inputs as inputsSchema } from '../../schema/common.ts';
import { DATA_TYPES, INPUT_MODES } from '../../schema/common.ts';
import type { DataType, InputPort, InputValue } from '../../types.ts';
import { checkKey } from '../names.ts';
import { kindOf, readPath } from '../paths.ts';
import { literalOf, oneOf } from '../scalars.ts';

type RawInputs = z.infer<typeof inputsSchema>;
type RawInput = NonNullable<RawInputs>[string];

export function readInputs(raw: RawInputs, place: Place): Record<string, InputValue> {
  const values: Record<string, InputValue> = {};
  for (const [name, value] of Object.entries(raw ?? {})) {
    const at = place.at(name);
    if (!checkKey('value', name, 'input name', at)) continue;
    const read = readInput(value, at);
    if (read !== undefined) values[name] = read;
  }
  return values;
}

/**
 * With those that could not be read, as data that is not there: what names them names something, and what is wrong with them is told.
 * @param written all of them, as they stand in the file
 */
export function withUnread<Value>(read: Record<string, Value>, written: unknown, standIn: Value): Record<string, Value> {
  const names = isRecord(written) ? Object.keys(written).filter((name) => !Object.hasOwn(read, name)) : [];
  return names.length === 0 ? read : { ...read, ...Object.fromEntries(names.map((name) => [name, standIn])) };
}

export const UNREAD_INPUT: InputValue = { kind: 'data', type: 'uri_folder', path: '' };

function readInput(raw: RawInput, place: Place): InputValue | undefined {
  if (typeof raw === 'string') return hasExpression(raw) ? { kind: 'expression', text: raw } : { kind: 'literal', value: raw };
  if (typeof raw !== 'object') return { kind: 'literal', value: literalOf(raw, place) };
  if ('value' in raw) return readInput(raw.value, place.at('value'));
  const type = oneOf(DATA_TYPES, raw.type);
  const mode = oneOf(INPUT_MODES, raw.mode);
  const delivery = { ...(mode !== undefined && { mode }), ...(raw.read === 'table' && { read: raw.read }) };
  if (raw.path === undefined) {
    place.error('missing-key', 'The key "path" is required: expected a path or an expression, found nothing.');
    return undefined;
  }
  if (hasExpression(raw.path)) return { kind: 'expression', text: raw.path, ...(type !== undefined && { type }), ...delivery };
  return readData(raw.path, type, delivery, place.at('path'));
}

function readData(text: string, type: DataType | undefined, options: Pick<InputPort, 'mode' | 'read'>, place: Place): InputValue {
  const path = readPath(text, place);
  const asWritten: InputValue = { kind: 'data', path: text, ...options, type: type ?? 'uri_folder' };
  if (path === undefined) return asWritten;
  if (path.kind === 'asset' && path.reference.which === undefined) {
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
