/** Results on stdout, for programs as for people. */
import { RequestError } from '../../errors/types.ts';
import { tell } from '../errors.ts';
import { query } from './query.ts';

export const outputFormats = ['json', 'table', 'yaml', 'tsv', 'none'] as const;
export type OutputFormat = (typeof outputFormats)[number];

export interface OutputOptions {
  /** Default: `table` on a terminal, else `json`. */
  readonly output?: OutputFormat;
  /** JMESPath: which part of the result is written. `name`, `steps.score.status`, `[?status=='Failed'].name`. */
  readonly query?: string;
}

/** Writes a result. `table` draws it for people; it is asked only when no part was chosen by a query. */
export async function printResult(result: unknown, options: OutputOptions, table: () => string): Promise<void> {
  const value = options.query === undefined ? result : await query(result, options.query);
  if (options.query !== undefined && value === null) tell(`prl: --query ${options.query} found nothing: the result is null.`);
  const format = options.output ?? (process.stdout.isTTY ? 'table' : 'json');
  const text = await render(value, format, options.query === undefined ? table : undefined);
  if (text !== '') process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

async function render(value: unknown, format: OutputFormat, table: (() => string) | undefined): Promise<string> {
  switch (format) {
    case 'json':
      return JSON.stringify(value ?? null, undefined, 2);
    case 'yaml':
      return (await import('yaml')).stringify(value ?? null);
    case 'tsv':
      return tabSeparated(value);
    case 'table':
      return table === undefined ? tabSeparated(value) : table();
    case 'none':
      return '';
  }
}

/** A line for each element, its plain values between tabs, as `az` writes them. */
function tabSeparated(value: unknown): string {
  const rows = Array.isArray(value) ? value : [value];
  return rows.map((row) => (isRecord(row) ? Object.values(row) : Array.isArray(row) ? row : [row]).map(cell).join('\t')).join('\n');
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function checkFormat(value: string): OutputFormat {
  // `jsonc` and `yamlc` are az's coloured variants.
  const known = outputFormats.find((format) => format === value.replace(/c$/, ''));
  if (known !== undefined) return known;
  throw new RequestError({
    code: 'bad-output',
    message: `--output must be json, table, yaml, tsv or none; found ${JSON.stringify(value)}.`,
  });
}

let jobDependsOnUs = false;

/** From now on this process is a job's coordinator: a reader of its output that goes away must not end it. */
export function keepRunningWithoutReader(): void {
  jobDependsOnUs = true;
}

/** `prl job list | head` ends quietly when `head` has seen enough. */
export function survivesClosedPipes(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // EIO: the terminal is gone.
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    if (!jobDependsOnUs) process.exit();
  });
  // Nobody reads what is for people: nothing that a command should end for.
  process.stderr.on('error', () => {});
}
