/** Specs as they lie in a home: with the number of their shape, and those of earlier shapes brought to the present one. */
import { type Problem, RequestError } from '../errors/types.ts';
import { parseProgramArguments } from '../language/arguments/parse.ts';
import type { ProgramArgument } from '../language/arguments/types.ts';
import { DEFAULT_SIZE, type MiniBatchSize, parseMiniBatchSize } from '../language/mini-batch-size.ts';

/** 1, which version 0.1 wrote and did not say: sizes and program arguments were text. */
const FORMAT = 2;

/** What is stored of a spec: of a job, or of whatever holds steps. */
export function stored(value: object): object {
  return { format: FORMAT, ...value };
}

export interface Restored {
  /** In the present shape. What could not be read is left out. */
  readonly value: object;
  /** Why it can be looked at but not run. */
  readonly problems: readonly Problem[];
}

/** @throws RequestError for what a newer version wrote. */
export function restored({ format, ...value }: Readonly<Record<string, unknown>>): Restored {
  if (format === FORMAT) return { value, problems: [] };
  if (format !== undefined) {
    throw new RequestError({
      code: 'newer-spec',
      message: `A stored spec has format ${String(format)}, this program knows ${FORMAT}.`,
      hint: 'Use the newer prl that wrote it, or another PARALLELRUN_HOME.',
    });
  }
  const problems: Problem[] = [];
  const upgraded = Object.entries(value).map(([key, inner]) => [key, upgrade(inner, key, problems)]);
  return { value: Object.fromEntries(upgraded), problems };
}

/** Parallel steps stand in pipelines, in components, and in the definitions that these keep. `name`: the key of the value. */
function upgrade(value: unknown, name: string, problems: Problem[]): unknown {
  if (Array.isArray(value)) return value.map((item) => upgrade(item, name, problems));
  if (!isRecord(value)) return value;
  const { type, task, settings } = value;
  if (type === 'parallel' && isRecord(task) && isRecord(settings)) {
    const tell = (message: string) => problems.push({ code: 'outdated-spec', message: `${name}: ${message}` });
    return {
      ...value,
      task: { ...task, programArguments: argumentsOf(task.programArguments, tell) },
      settings: { ...settings, miniBatchSize: sizeOf(settings.miniBatchSize, tell) },
    };
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, upgrade(inner, key, problems)]));
}

function argumentsOf(text: unknown, tell: (message: string) => void): readonly ProgramArgument[] {
  const { arguments: given, mistakes } = parseProgramArguments(typeof text === 'string' ? text : '');
  for (const { message } of mistakes) tell(message);
  return given;
}

function sizeOf(text: unknown, tell: (message: string) => void): MiniBatchSize {
  const size = typeof text === 'string' ? parseMiniBatchSize(text) : DEFAULT_SIZE;
  if (size === undefined) tell(`mini_batch_size is ${JSON.stringify(text)}, which is none.`);
  return size ?? DEFAULT_SIZE;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
