/** How returned rows are written: by the ending of the output's name, else as Azure does; the settings file beside the entry script decides. */
import { readFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { isErrno, messageOf } from '../../errors/thrown.ts';
import { RequestError } from '../../errors/types.ts';
import { entryLanguage } from '../../language/entry-scripts.ts';
import type { AppendRowSettings } from '../../workers/protocol/messages.ts';

const fileName = 'parallel_run_step.settings.json';

const endings = ['.csv', '.tsv', '.jsonl', '.parquet'] as const;

/** The ending that says how rows are written; undefined: Azure's rule. */
export function endingOf(outputFile: string): (typeof endings)[number] | undefined {
  const ending = extname(outputFile).toLowerCase();
  return endings.find((known) => known === ending);
}

/**
 * Source: Azure ML, "Debug and troubleshoot ParallelRunStep", section on `parallel_run_step.settings.json`.
 * @throws RequestError when the settings file is not what it must be
 */
export function appendRowSettings(entryScript: string, outputFile: string): AppendRowSettings {
  const file = join(dirname(entryScript), fileName);
  const text = readIfThere(file);
  const settings = text === undefined ? {} : toCsv(text, file);
  const isTypeScript = entryLanguage(entryScript) === 'typescript';
  if (isTypeScript) checkTypeScriptSettings(settings, file);
  const decides = Object.keys(settings).length > 0;
  const ending = endingOf(outputFile);
  switch (ending) {
    case '.csv':
    case '.tsv':
      return { form: 'csv', toCsv: { sep: ending === '.csv' ? ',' : '\t', header: true, index: false, ...settings } };
    case '.parquet':
      if (!decides) return { form: 'parquet' };
      throw wrong(
        file,
        `it says how to write CSV, and the output is called ${basename(outputFile)}. Remove it, or give the output another name`,
      );
    case '.jsonl':
      if (!decides) return { form: 'json_lines' };
  }
  if (isTypeScript && decides) return { form: 'csv', toCsv: { sep: ',', header: true, index: false, ...settings } };
  return { form: 'text', toCsv: { sep: ' ', header: false, index: false, ...settings } };
}

/** Undefined only where there is none: settings that cannot be read are not "no settings". */
function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw wrong(file, `it cannot be read: ${messageOf(error)}`);
  }
}

function toCsv(text: string, file: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw wrong(file, `it is not JSON: ${(error as Error).message}`);
  }
  const appendRow = member(value, 'append_row', file);
  const settings = appendRow === undefined ? undefined : member(appendRow, 'pandas.DataFrame.to_csv', file);
  if (settings === undefined) return {};
  if (!isObject(settings)) throw wrong(file, 'append_row / pandas.DataFrame.to_csv must be an object of keyword arguments');
  for (const taken of ['path_or_buf', 'mode', 'compression']) {
    if (taken in settings) throw wrong(file, `"${taken}" is decided by the engine, which writes the file`);
  }
  return settings;
}

/** What the rows of a TypeScript script can be given; pandas judges the rest for itself. */
const typeScriptSettings: Readonly<Record<string, readonly [expected: string, fits: (value: unknown) => boolean]>> = {
  sep: ['text', isText],
  header: ['true, false or a list of names', (value) => typeof value === 'boolean' || isTexts(value)],
  columns: ['a list of names', isTexts],
  na_rep: ['text', isText],
  quoting: ['0 (minimal), 1 (all), 2 (nonnumeric) or 3 (none)', (value) => [0, 1, 2, 3].some((known) => known === value)],
  quotechar: ['text', isText],
  lineterminator: ['text', isText],
  index: ['false: rows have no index', (value) => value === false],
};

function checkTypeScriptSettings(settings: Readonly<Record<string, unknown>>, file: string): void {
  for (const [key, value] of Object.entries(settings)) {
    const known = typeScriptSettings[key];
    if (known === undefined) {
      throw wrong(file, `"${key}" has no meaning for a TypeScript script; known are ${Object.keys(typeScriptSettings).join(', ')}`);
    }
    const [expected, fits] = known;
    if (!fits(value)) throw wrong(file, `"${key}" must be ${expected}; found ${JSON.stringify(value)}`);
  }
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText);
}

function member(value: unknown, key: string, file: string): unknown {
  if (!isObject(value)) throw wrong(file, `an object with the key "${key}" is expected`);
  return value[key];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(file: string, why: string): RequestError {
  return new RequestError({ code: 'settings-file', file, message: `The settings file cannot be used: ${why}.` });
}
