/** What scripts logged with `Run.log` (`python/shims/azureml/core/run.py`): JSON lines, a file for each process. */
import { constants, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isErrno } from '../../errors/thrown.ts';
import { OpenFile } from '../../os/open-file.ts';
import { type Logged, type LoggedValue, merged, type Point } from './logged.ts';

const chunkBytes = 4 * 1024 * 1024;

/** @param window of a long file only the last so many bytes */
export function readRunLog(folder: string, window = Number.POSITIVE_INFINITY): Logged {
  return merged(filesIn(folder).map((file) => readFile(file, window)));
}

function readFile(path: string, window: number): Logged {
  const file = new OpenFile(path, constants.O_RDONLY);
  try {
    const { size } = file;
    const logged = { metrics: new Map<string, Point<LoggedValue>>(), params: new Map(), tags: new Map<string, Point<string>>() };
    const bytes = Buffer.allocUnsafe(Math.min(chunkBytes, size));
    // The line that the window begins in is cut.
    let rest = size > window ? undefined : '';
    for (let at = Math.max(0, size - window); at < size; ) {
      const read = file.read(bytes, 0, Math.min(bytes.length, size - at), at);
      if (read === 0) break;
      at += read;
      // One byte a character, so that a character that two chunks share stays whole.
      const lines = bytes.toString('latin1', 0, read).split('\n');
      lines[0] = rest === undefined ? '' : rest + lines[0];
      rest = lines.pop() ?? '';
      take(lines, logged);
    }
    return logged;
  } finally {
    file.close();
  }
}

/** Of millions of lines only the last of each name is parsed. */
function take(lines: readonly string[], logged: { metrics: Map<string, Point<LoggedValue>>; tags: Map<string, Point<string>> }): void {
  const last = new Map<string, string>();
  for (const line of lines) last.set(line.slice(0, line.indexOf('","value":')), line);
  for (const line of last.values()) {
    const entry = parsed(line);
    if (entry?.name !== undefined && entry.value !== undefined) logged.metrics.set(entry.name, { time: entry.time, value: entry.value });
    if (entry?.tag !== undefined) logged.tags.set(entry.tag, { time: entry.time, value: String(entry.value ?? '') });
  }
}

interface Entry {
  readonly name?: string;
  readonly tag?: string;
  readonly value?: LoggedValue;
  readonly time: number;
}

/** Undefined for a line that a process could not finish. */
function parsed(line: string): Entry | undefined {
  try {
    return JSON.parse(Buffer.from(line, 'latin1').toString('utf8')) as Entry;
  } catch {
    return undefined;
  }
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.jsonl'))
      .map((name) => join(folder, name));
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return [];
    throw error;
  }
}
