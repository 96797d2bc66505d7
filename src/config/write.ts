/** Changes one setting of a configuration file; everything else in it, comments too, stays as it is. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { Document, parseDocument } from 'yaml';
import { RequestError } from '../errors/types.ts';
import { suggestion } from '../language/near.ts';
import { replaceFile } from '../os/files.ts';
import { readConfiguration } from './read.ts';
import { type Setting, settings } from './settings.ts';

/** @throws RequestError for a key that is no setting */
export function settingOf(key: string): Setting {
  const found = settings.find((setting) => setting.key === key);
  if (found !== undefined) return found;
  const keys = settings.map((setting) => setting.key);
  throw new RequestError({
    code: 'unknown-setting',
    message: `No setting is called ${JSON.stringify(key)}.`,
    hint: suggestion(key, keys, 'setting'),
  });
}

/** @throws RequestError, and nothing is written, where the file has mistakes or the value is none that the setting takes */
export function writeSetting(file: string, { key, value }: Setting, text: string): void {
  const document = read(file) ?? new Document({});
  document.set(key, written(value, text));
  save(file, document);
}

/** Puts a compute in, or in place of one of its name. @throws RequestError likewise */
export function writeCompute(file: string, name: string, given: ReadonlyMap<Setting, string>): void {
  const document = read(file) ?? new Document({});
  const own = [...given].map(([{ key, value }, text]) => [key, written(value, text)]);
  document.setIn(['computes', name], document.createNode(Object.fromEntries(own)));
  save(file, document);
}

/** False where the file does not have it. @throws RequestError where the file has mistakes */
export function removeCompute(file: string, name: string): boolean {
  const document = read(file);
  if (document?.hasIn(['computes', name]) !== true) return false;
  document.deleteIn(['computes', name]);
  const left: unknown = document.toJS()?.computes;
  if (typeof left === 'object' && left !== null && Object.keys(left).length === 0) document.delete('computes');
  rewrite(file, document);
  return true;
}

function written(value: Setting['value'], text: string): string | number | boolean {
  return value.kind === 'count' || value.kind === 'flag' ? plain(text) : text;
}

function save(file: string, document: Document): void {
  const draft = `${file}.draft`;
  // Judged under another name, so that the file that everybody reads is never a wrong one.
  replaceFile(draft, document.toString(), false);
  try {
    readConfiguration(draft);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    throw new RequestError(error.problems.map(({ file: _file, line: _line, column: _column, ...problem }) => problem));
  } finally {
    rmSync(draft, { force: true });
  }
  replaceFile(file, document.toString(), true);
}

/** False where the file does not have it. @throws RequestError where the file has mistakes */
export function removeSetting(file: string, { key }: Setting): boolean {
  const document = read(file);
  if (document?.delete(key) !== true) return false;
  rewrite(file, document);
  return true;
}

function rewrite(file: string, document: Document): void {
  const isEmpty = Object.keys(document.toJS() ?? {}).length === 0;
  replaceFile(file, isEmpty ? document.toString().replace(/^\{\}\n?/m, '') : document.toString(), true);
}

function read(file: string): Document | undefined {
  if (!existsSync(file)) return undefined;
  readConfiguration(file);
  const document = parseDocument(readFileSync(file, 'utf8'));
  return document.contents === null ? Object.assign(document, { contents: new Document({}).contents }) : document;
}

/** A number or `true` as such; anything else is text, for the judge to refuse. */
function plain(text: string): string | number | boolean {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  return text === 'true' || text === 'false' ? text === 'true' : text;
}
