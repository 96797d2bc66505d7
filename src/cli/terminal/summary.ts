/** The last lines of a run: what was done, in what time, what failed, where everything is, what to do next. Pure. */
import { join } from 'node:path';
import { isFinal, type JobState, type StepState } from '../../events/fold.ts';
import { formatCount, formatMiniBatches, formatNumberOf, formatSeconds } from '../../events/format.ts';
import type { ScriptError, Status, StepSummary } from '../../events/types.ts';
import type { JobLayout } from '../../store/layout.ts';
import { errorBlock, errorsOf } from './errors.ts';
import { fromHere } from './near-path.ts';
import { type NextCommand, nextCommand } from './next-command.ts';
import { type Line, line, span } from './text.ts';
import { stepEnd } from './told.ts';
import { headline, statusSpan, timeBetween } from './words.ts';

export interface SummaryContext {
  readonly job: string;
  readonly layout: JobLayout;
  /** Where the job's named outputs are. */
  readonly outputs?: Readonly<Record<string, string>>;
  /** What commands printed that printed little, by step. */
  readonly printed?: Readonly<Record<string, readonly string[]>>;
  /** Paths below this folder are told from there. Default: paths are absolute. */
  readonly here?: string;
  /** What became of the job when its events do not say it, because its coordinator is gone. */
  readonly status?: Status;
}

const shownSteps = 30;
/** More reused steps than these are counted. */
const listedReused = 5;
const shownKinds = 5;
const shownFrameLines = 12;

export function summaryLines(state: JobState, context: SummaryContext): readonly Line[] {
  const status = context.status ?? state.status;
  const steps = Object.values(state.steps);
  return [
    line(''),
    headLine(state, status, context),
    ...stepLines(steps),
    ...steps.flatMap((step) => detailLines(step, context)),
    ...printedLines(context),
    ...outputLines(steps, context),
    ...(status === 'Completed' ? [...missingLines(steps, context), logsLine(steps, context)] : failureLines(state, status, context)),
  ];
}

function headLine(state: JobState, status: Status, { job }: SummaryContext): Line {
  const end = state.ended ?? (isFinal(status) ? undefined : state.started);
  const time = state.started === undefined || end === undefined ? '' : ` in ${timeBetween(state.started, end)}`;
  const inAll =
    state.earlierSeconds > 0 && state.started !== undefined && end !== undefined
      ? `, ${timeBetween(state.started, end, state.earlierSeconds)} in all its lives`
      : '';
  return line(span(`Job ${job}`, 'strong'), '  ', statusSpan(status), time, inAll);
}

/** Those that need a look come first when there are too many. */
function stepLines(steps: readonly StepState[]): readonly Line[] {
  const reused = steps.filter(({ reusedFrom }) => reusedFrom !== undefined);
  // Each was told as it was taken.
  const listed = reused.length > listedReused ? steps.filter((step) => !reused.includes(step)) : steps;
  const urgent = [...listed].sort((a, b) => Number(a.status === 'Completed') - Number(b.status === 'Completed')).slice(0, shownSteps);
  const shown = listed.filter((step) => urgent.includes(step));
  return [
    ...shown.map((step) => line('  ', ...stepEnd(step))),
    ...(shown.length < listed.length ? [line(span(`  … ${shown.length} of ${formatCount(listed.length)} steps`, 'faint'))] : []),
    ...(listed.length < steps.length
      ? [line(`  ${formatCount(reused.length)} of ${formatNumberOf(steps.length, 'step')} were reused`)]
      : []),
  ];
}

function detailLines(step: StepState, { job }: SummaryContext): readonly Line[] {
  const { name, summary, workersLost } = step;
  const lost = workersLost === 0 ? [] : [`${formatNumberOf(workersLost, 'worker')} had to be replaced`];
  const lines = [
    ...(summary === undefined ? [] : codeLines(summary)),
    ...lost.map((text) => line(span('    warning:', 'warn'), ` ${text}`)),
    ...(summary === undefined ? [] : slowLines(summary)),
    ...errorLines(job, step),
  ];
  return lines.length === 0 ? [] : [line(span(`  ${name}:`, 'strong')), ...lines];
}

function errorLines(job: string, step: StepState): readonly Line[] {
  const block = errorBlock(job, step, { kinds: shownKinds, frames: shownFrameLines });
  return block.length === 0 ? [] : [line('    failed attempts, commonest first:'), ...block.map((one) => line('    ', ...one))];
}

function codeLines({ code = [] }: StepSummary): readonly Line[] {
  if (code.length === 0) return [];
  const ran = code.map(({ hash, miniBatches }, place) =>
    place === 0 ? `${formatMiniBatches(miniBatches)} under ${hash}` : `${formatCount(miniBatches)} under ${hash}`,
  );
  return [line(`    code: ${ran.join(', ')}  (logs/code_versions.txt)`)];
}

/** Only where they stand out: a list of equally quick mini-batches tells nothing. */
function slowLines({ slowest, miniBatches }: StepSummary): readonly Line[] {
  const [first] = slowest;
  if (first === undefined || first.seconds < 1) return [];
  return [
    line(`    slowest ${slowest.length} of ${formatMiniBatches(miniBatches.done + miniBatches.failed)}:`),
    ...slowest.map(({ miniBatch, seconds, worker, what }) => line(`      ${miniBatch}  ${formatSeconds(seconds)}  ${worker}  ${what}`)),
  ];
}

function printedLines({ printed = {} }: SummaryContext): readonly Line[] {
  return Object.entries(printed).flatMap(([step, lines]) => [
    line(span(`  ${step} printed:`, 'strong')),
    ...lines.map((text) => line(`    ${text}`)),
  ]);
}

function outputLines(steps: readonly StepState[], { outputs = {}, here }: SummaryContext): readonly Line[] {
  const named = Object.entries(outputs);
  const own = steps.flatMap(({ name, output }) =>
    output === undefined || named.some(([, path]) => path === output) ? [] : [{ name, output }],
  );
  return [
    ...named.map(([name, path]) => line(span(`  output ${name}: `, 'strong'), fromHere(path, here))),
    ...own.map(({ name, output }) =>
      line(span(steps.length === 1 ? '  output: ' : `  output of ${name}: `, 'strong'), fromHere(output, here)),
    ),
  ];
}

/** A job that has completed may still lack something. */
function missingLines(steps: readonly StepState[], { job }: SummaryContext): readonly Line[] {
  const lacks = steps.map(({ summary }) => summary?.missing ?? { items: 0, miniBatches: summary?.miniBatches.failed ?? 0 });
  const miniBatches = lacks.reduce((sum, each) => sum + each.miniBatches, 0);
  const items = lacks.reduce((sum, each) => sum + each.items, 0);
  if (miniBatches === 0) return [];
  const of = formatMiniBatches(miniBatches);
  const what = items === 0 ? of : `${formatNumberOf(items, 'item')} of ${of}`;
  return [
    line('  ', span(`missing: ${what} failed for good`, 'warn'), `; which items: prl job failed --name ${job}`),
    line(span('  again:   ', 'strong'), `prl job retry-failed --name ${job}`),
  ];
}

function logsLine(steps: readonly StepState[], { job, layout }: SummaryContext): Line {
  const [only, ...others] = steps;
  const where = only === undefined || others.length > 0 ? join(layout.directory, 'steps') : logsOf(only, layout);
  return line(span('  logs:   ', 'strong'), where, span(`  (prl job logs --name ${job})`, 'faint'));
}

function failureLines(state: JobState, status: Status, { job, layout }: SummaryContext): readonly Line[] {
  const failed = Object.values(state.steps).filter((step) => step.status === 'Failed' || step.status === 'NotResponding');
  const [first] = failed;
  const failures = failed.flatMap(errorsOf).map(({ error }) => error);
  return [
    ...errorMessages(state, failed).flatMap((message) => textLines(message, failures)),
    line(span('  logs:   ', 'strong'), first === undefined ? layout.directory : logsOf(first, layout)),
    ...nextLines(nextCommand(job, state, status, first, first && errorsOf(first)[0]?.error)),
  ];
}

function nextLines(next: NextCommand | undefined): readonly Line[] {
  if (next === undefined) return [];
  return [line(span('  resume: ', 'strong'), next.command, ...(next.note === undefined ? [] : [span(`  (${next.note})`, 'faint')]))];
}

/** The job's error often is its failed step's with a word before it; the same is not said twice. */
function errorMessages(state: JobState, failed: readonly StepState[]): readonly string[] {
  const messages = [state.error, ...failed.map(({ error }) => error)].filter((message) => message !== undefined);
  return messages.filter((message, i) => !messages.some((other, j) => j !== i && other.includes(message) && (other !== message || j < i)));
}

/** @param failures what the block of errors shows: a message that repeats one of them is cut to its first line */
function textLines(text: string, failures: readonly ScriptError[]): readonly Line[] {
  const [head = '', ...more] = text.trimEnd().split('\n');
  const rest = failures.some((failure) => text.includes((failure.stack ?? headline(failure)).trim())) ? [] : more;
  return [line('  ', span('error:', 'bad'), ` ${head}`), ...rest.map((more) => line(`    ${more}`))];
}

function logsOf(step: StepState, layout: JobLayout): string {
  const { logs } = layout.step(step.name);
  return step.exitCode === undefined ? logs : `${logs}/user/std_log.txt`;
}
