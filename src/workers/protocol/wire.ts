/**
 * How commands and reports look on the pipes: what there are millions of (tasks, outcomes) as arrays, known by position here and
 * nowhere else. Python's end of it is `python/parallelrun_worker/wire.py`.
 *
 * The worker's half (`decodeCommand`, `encodeReport`) runs beside entry scripts in one process. Some change what all code there
 * shares (`JSON`, `Array.prototype`, iterators, a `toJSON` on every object), so it keeps the functions that it needs, walks arrays by
 * their index and never lets an object write itself.
 */
import type { Assignment, Command, Descriptor, ItemRange, Outcome, Report, WorkerInit } from './messages.ts';

export type WireTask = readonly [index: number, attempt: number, descriptor: Descriptor, from?: number, to?: number];

export type WireCommand =
  | WorkerInit
  /** Run these, in order. */
  | readonly WireTask[]
  | { readonly type: 'load'; readonly task: WireTask }
  | { readonly type: 'go'; readonly index: number }
  | { readonly type: 'drop'; readonly index: number }
  | { readonly type: 'stop' };

/** A task as the worker knows it: `run` gets `slice` of the data of `reader`, a position among the readers of `init`. */
export interface Task {
  readonly index: number;
  readonly attempt: number;
  readonly reader: number;
  readonly slice: Descriptor[1];
  readonly partition: NonNullable<Descriptor[2]> | undefined;
  /** Only these of its items. */
  readonly part: ItemRange | undefined;
}

/** A command as the worker knows it. */
export type WorkerCommand =
  | Exclude<WireCommand, readonly WireTask[] | { readonly type: 'load' }>
  | { readonly type: 'run'; readonly tasks: readonly Task[] }
  | { readonly type: 'load'; readonly task: Task };

/** The fields of an outcome, in the order in which they travel. */
export const outcomeFields = ['index', 'attempt', 'items', 'returned', 'offset', 'length', 'crc', 'started', 'loadMs', 'runMs'] as const;

export type WireOutcome = readonly [
  index: number,
  attempt: number,
  items: number,
  returned: number,
  offset: number,
  length: number,
  crc: number,
  started: number,
  loadMs: number,
  runMs: number,
];

/** One line, without its newline. Descriptors are put in as they are: they were text all the way from the planner. */
export function encodeCommand(command: Command): string {
  switch (command.type) {
    case 'run':
      return `[${command.assignments.map(taskText).join(',')}]`;
    case 'load':
      return `{"type":"load","task":${taskText(command.assignment)}}`;
    case 'go':
    case 'drop':
      return `{"type":"${command.type}","index":${command.index}}`;
    case 'stop':
      return '{"type":"stop"}';
  }
}

function taskText({ index, attempt, text, part }: Assignment): string {
  return part === undefined ? `[${index},${attempt},${text}]` : `[${index},${attempt},${text},${part.from},${part.to}]`;
}

const { parse, stringify } = JSON;
const { isArray } = Array;
const { hasOwn } = Object;

/** The coordinator's word is not doubted. */
export function decodeCommand(line: string): WorkerCommand {
  const command = parse(line) as WireCommand;
  if (!isTasks(command)) return command.type === 'load' ? { type: 'load', task: decodeTask(command.task) } : command;
  const tasks = new Array<Task>(command.length);
  let at = 0;
  for (let wire = command[at]; wire !== undefined; wire = command[at]) {
    tasks[at] = decodeTask(wire);
    at += 1;
  }
  return { type: 'run', tasks };
}

function isTasks(command: WireCommand): command is readonly WireTask[] {
  return isArray(command);
}

function decodeTask(task: WireTask): Task {
  const descriptor = task[2];
  const from = task[3];
  const to = task[4];
  return {
    index: task[0],
    attempt: task[1],
    reader: descriptor[0],
    slice: descriptor[1],
    partition: descriptor[2] ?? undefined,
    part: from === undefined || to === undefined ? undefined : { from, to },
  };
}

/** One line, without its newline. */
export function encodeReport(report: Report): string {
  return report.type === 'done' ? outcomesText(report.outcomes) : objectText(report);
}

function outcomesText(outcomes: readonly Outcome[]): string {
  let text = '';
  let at = 0;
  for (let outcome = outcomes[at]; outcome !== undefined; outcome = outcomes[at]) {
    const { index, attempt, items, returned, offset, length, crc, started, loadMs, runMs } = outcome;
    text += `${at === 0 ? '' : ','}[${index},${attempt},${items},${returned},${offset},${length},${crc},${started},${loadMs},${runMs}]`;
    at += 1;
  }
  return `[${text}]`;
}

/** Of objects, strings, numbers, booleans and null: what reports other than outcomes are made of. */
function objectText(object: object): string {
  let text = '';
  for (const key in object) {
    if (!hasOwn(object, key)) continue;
    const value: unknown = object[key as keyof typeof object];
    if (value === undefined) continue;
    const own = typeof value === 'object' && value !== null ? objectText(value) : stringify(value);
    text += `${text === '' ? '' : ','}${stringify(key)}:${own}`;
  }
  return `{${text}}`;
}

/** What came on descriptor 4 is no report: somebody else wrote to it. */
export class NotAReport extends Error {
  override readonly name = 'NotAReport';
}

/** @throws NotAReport: the script has the descriptor too, and may write to it what it likes */
export function decodeReport(line: string): Report {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new NotAReport(line);
  }
  if (Array.isArray(value)) return { type: 'done', outcomes: value.map((each) => decodeOutcome(each, line)) };
  if (!isReport(value)) throw new NotAReport(line);
  return value;
}

/** Undefined for what is none. */
export function reportOf(line: string): Report | undefined {
  try {
    return decodeReport(line);
  } catch (error) {
    if (error instanceof NotAReport) return undefined;
    throw error;
  }
}

function decodeOutcome(value: unknown, line: string): Outcome {
  if (!isWireOutcome(value)) throw new NotAReport(line);
  const [index, attempt, items, returned, offset, length, crc, started, loadMs, runMs] = value;
  return { index, attempt, items, returned, offset, length, crc, started, loadMs, runMs };
}

function isWireOutcome(value: unknown): value is WireOutcome {
  if (!Array.isArray(value) || value.length !== outcomeFields.length) return false;
  return value.every((field, place) => (place < timesFrom ? isCount(field) : isAmount(field)));
}

/** Up to here an outcome's fields are counted with, or are places in a segment. */
const timesFrom = outcomeFields.indexOf('started');

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && isAmount(value);
}

function isAmount(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

type Check = (report: Readonly<Record<string, unknown>>) => boolean;

const checks: Readonly<Record<Exclude<Report['type'], 'done'>, Check>> = {
  ready: ({ pid, initMs, interpreter }) => isAmount(pid) && isAmount(initMs) && typeof interpreter === 'string',
  init_failed: ({ error, missingModule }) => isScriptError(error) && (missingModule === undefined || typeof missingModule === 'string'),
  failed: ({ index, attempt, items, phase, error, started, loadMs, runMs }) =>
    [index, attempt].every(isCount) &&
    [started, loadMs, runMs].every(isAmount) &&
    (items === null || isCount(items)) &&
    (phase === 'load' || phase === 'run' || phase === 'return' || phase === 'write') &&
    isScriptError(error),
  header: ({ text }) => typeof text === 'string',
  notice: ({ level, message }) => (level === 'info' || level === 'warning') && typeof message === 'string',
  stopped: ({ error }) => error === undefined || isScriptError(error),
};

function isReport(value: unknown): value is Report {
  if (!isObject(value) || typeof value.type !== 'string') return false;
  const known: Readonly<Record<string, Check | undefined>> = checks;
  return Object.hasOwn(checks, value.type) && known[value.type]?.(value) === true;
}

function isScriptError(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { type, message, stack } = value;
  return typeof type === 'string' && typeof message === 'string' && (stack === undefined || typeof stack === 'string');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
