/** What a job's scripts printed, on stdout. */
import { RequestError } from '../../errors/types.ts';
import { followEvents } from '../../events/read.ts';
import { liveCoordinator } from '../../jobs/coordinator.ts';
import { PrintFollower } from '../../jobs/follow-prints.ts';
import { type LogSource, logSources } from '../../jobs/log-sources.ts';
import { lastLineEnd, type PrintedLine, printedLines, sizesOf } from '../../jobs/printed-lines.ts';
import { stepNames } from '../../jobs/steps.ts';
import { parseRunName } from '../../language/names.ts';
import { readRecord } from '../../pipeline/steps/record.ts';
import type { RunStore } from '../../store/store.ts';
import { tell } from '../errors.ts';
import { withStore } from '../open.ts';
import type { ResultOptions } from '../options.ts';
import { span } from '../terminal/text.ts';
import { chosenJob } from './chosen.ts';
import { unknownStep } from './why.ts';

export interface LogsOptions extends ResultOptions {
  readonly name?: string;
  readonly step?: string;
  readonly miniBatch?: number;
  readonly worker?: string;
  readonly follow?: boolean;
  readonly grep?: RegExp;
  readonly tail?: number;
}

/** Writes a line; false: nobody takes more for now. */
type Write = (line: PrintedLine) => boolean;

export async function logs(argument: string | undefined, options: LogsOptions): Promise<void> {
  if (options.follow === true && options.miniBatch !== undefined) {
    throw new RequestError({
      code: 'options-conflict',
      message: 'Which lines are of a mini-batch is known when it is over: --mini-batch and --follow do not go together.',
    });
  }
  await withStore(async (store) => {
    const { name } = chosenJob(store, argument, options);
    const sources = () => chosenSources(store, name, options);
    const found = sources();
    const write = writer(options, found.length > 1);
    const read = new Map<string, number>();
    let lines = 0;
    for (const source of found) {
      const sizes = options.follow === true ? wholeLines(source) : sizesOf(source);
      for (const stream of ['stdout', 'stderr'] as const) {
        const file = source.files[stream];
        if (file !== undefined) read.set(file, sizes[stream]);
      }
      for (const line of lastOf(wanted(printedLines(source, sizes, options.miniBatch), options), options.tail)) {
        lines += 1;
        if (!write(line)) await drained();
      }
    }
    if (options.follow === true) await follow(store, name, options, write, read);
    else if (lines === 0) tell(nothing(name, found, options));
    for (const told of reusedSteps(store, name, options)) tell(told);
  });
}

async function follow(store: RunStore, name: string, options: LogsOptions, write: Write, read: ReadonlyMap<string, number>): Promise<void> {
  const layout = store.layout(name);
  const follower = new PrintFollower(
    store.jobs.spec(name),
    layout,
    (line) => {
      const { step, worker } = options;
      if ((step === undefined || line.step === step) && isWorker(line, worker) && matches(line, options.grep)) write(line);
    },
    read,
  );
  // Only to know when the job has ended.
  for await (const _event of followEvents(layout.events, { alive: () => liveCoordinator(layout) !== undefined }));
  follower.close();
}

/** What a step printed whose outputs were taken is with the job that made them. */
function reusedSteps(store: RunStore, name: string, { step: wanted }: LogsOptions): readonly string[] {
  const layout = store.layout(name);
  return stepNames(store.jobs.spec(name)).flatMap((step) => {
    const from = wanted === undefined || wanted === step ? readRecord(layout.step(step).record)?.reusedFrom : undefined;
    if (from === undefined) return [];
    const { job, step: source } = parseRunName(from);
    return [`Step ${step} was reused: prl job logs --name ${job}${source === undefined ? '' : ` --step ${source}`}`];
  });
}

function chosenSources(store: RunStore, name: string, { step, worker }: LogsOptions): readonly LogSource[] {
  const spec = store.jobs.spec(name);
  const steps = stepNames(spec);
  if (step !== undefined && !steps.includes(step)) throw unknownStep(name, step, steps);
  const all = logSources(spec, store.layout(name)).filter((source) => step === undefined || source.step === step);
  const chosen = all.filter((source) => isWorker(source, worker));
  if (worker === undefined || chosen.length > 0) return chosen;
  const workers = [...new Set(all.flatMap((source) => source.worker ?? []))];
  throw new RequestError({
    code: 'unknown-worker',
    message: `No worker ${JSON.stringify(worker)} has printed in job ${name}: it has ${workers.length === 0 ? 'none' : workers.join(', ')}.`,
  });
}

/** `process003`, `node1/process003`, or its number. */
function isWorker({ worker }: { readonly worker?: string }, wanted: string | undefined): boolean {
  if (wanted === undefined) return true;
  const own = worker?.split('/').at(-1);
  return worker === wanted || own === wanted || own === `process${wanted.padStart(3, '0')}`;
}

function wholeLines(source: LogSource) {
  const sizes = sizesOf(source);
  const whole = (file: string | undefined, size: number) => (file === undefined ? 0 : lastLineEnd(file, 0, size));
  return { stdout: whole(source.files.stdout, sizes.stdout), stderr: whole(source.files.stderr, sizes.stderr) };
}

function* wanted(lines: Iterable<PrintedLine>, { grep }: LogsOptions): Generator<PrintedLine> {
  for (const line of lines) if (matches(line, grep)) yield line;
}

function matches({ text }: PrintedLine, grep: RegExp | undefined): boolean {
  return grep === undefined || grep.test(text);
}

function* lastOf(lines: Iterable<PrintedLine>, count: number | undefined): Generator<PrintedLine> {
  if (count === undefined) {
    yield* lines;
    return;
  }
  let last: PrintedLine[] = [];
  for (const line of lines) {
    last.push(line);
    if (last.length >= 2 * count + 1024) last = last.slice(-count);
  }
  if (count > 0) yield* last.slice(-count);
}

/** People are told who printed a line where there are several; programs get the line alone, or all that is known of it as JSON. */
function writer({ output }: LogsOptions, several: boolean): Write {
  const isTerminal = process.stdout.isTTY === true;
  return ({ step, worker, stream, miniBatch, text }) => {
    if (output === 'json') {
      const known = { step, ...(worker !== undefined && { worker }), ...(stream !== undefined && { stream }) };
      return process.stdout.write(
        `${JSON.stringify({ ...known, ...(miniBatch !== undefined && { mini_batch: miniBatch }), line: text })}\n`,
      );
    }
    if (!isTerminal) return process.stdout.write(`${text}\n`);
    return process.stdout.write(`${several ? `${printedBy(step, worker)} | ` : ''}${span(lastState(text)).text}\n`);
  };
}

/** `process000`, `score process000`, `prepare`. */
export function printedBy(step: string, worker: string | undefined): string {
  return [...(step === 'main' && worker !== undefined ? [] : [step]), ...(worker === undefined ? [] : [worker])].join(' ');
}

/** A progress bar writes over its line again and again. */
export function lastState(text: string): string {
  return text.slice(text.lastIndexOf('\r') + 1);
}

function drained(): Promise<void> {
  return new Promise((resolve) => process.stdout.once('drain', () => resolve()));
}

function nothing(name: string, sources: readonly LogSource[], { miniBatch, grep }: LogsOptions): string {
  if (miniBatch !== undefined) return `Nothing is known to have been printed by mini-batch ${miniBatch} of job ${name}.`;
  if (grep !== undefined) return `No line of job ${name} matches ${grep}.`;
  return sources.length === 0 ? `No script of job ${name} has begun.` : `The scripts of job ${name} printed nothing.`;
}
