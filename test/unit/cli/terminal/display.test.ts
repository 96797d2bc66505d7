import { describe, expect, test } from 'vitest';
import { type DisplayOptions, openDisplay } from '../../../../src/cli/terminal/display.ts';
import type { EventBody, ScriptError, StepSummary } from '../../../../src/events/types.ts';
import { jobLayout } from '../../../../src/store/layout.ts';
import { Screen } from '../../../support/screen.ts';

const layout = jobLayout('/home/u/.parallelrun', 'job1');
const options: DisplayOptions = { job: 'job1', layout, steps: ['main'] };

/** Shows events one second apart. */
function show(
  stream: { isTTY?: boolean; write(text: string): unknown },
  events: readonly EventBody[],
  env = {},
  more: Partial<DisplayOptions> = {},
) {
  const display = openDisplay(stream, env, { ...options, ...more });
  events.forEach((event, i) => {
    display.handle({ n: i + 1, time: new Date(1_700_000_000_000 + i * 1000).toISOString(), ...event });
  });
  return display;
}

class Pipe {
  text = '';
  write(text: string): void {
    this.text += text;
  }
}

const error: ScriptError = {
  type: 'ValueError',
  message: 'bad item 17',
  stack:
    'Traceback (most recent call last):\n  File "score.py", line 30, in run\n    raise ValueError("bad item 17")\nValueError: bad item 17',
};
const failed = (miniBatch: number): EventBody => ({
  type: 'attempt_failed',
  step: 'main',
  miniBatch,
  attempt: 1,
  worker: 'process001',
  error,
  final: false,
  what: `images/${miniBatch}.png (1 file)`,
});
const counts = { total: 1000, planned: true, done: 990, failed: 10, retries: 20 };
const summary: StepSummary = {
  miniBatches: counts,
  items: { total: 1000, done: 988, failed: 12 },
  shortReturns: 2,
  slowest: [{ miniBatch: 7, worker: 'process001', seconds: 12.34, what: 'images/7.png (1 file)' }],
  errors: [{ error, count: 30, firstMiniBatch: 17, what: 'images/17.png (1 file)' }],
  errorKinds: 6,
};
const begin: readonly EventBody[] = [
  { type: 'job_status', status: 'Running' },
  { type: 'step_status', step: 'main', status: 'Running' },
];
const progress: EventBody = { type: 'progress', step: 'main', miniBatches: counts, items: summary.items, workers: 2, running: [] };
/** It repeats the error: for those who read nothing else. */
const passed = `error_threshold: 10 failed items allowed, 12 failed.\nThe error: mini-batch 17:\n${error.stack}`;
const failure: readonly EventBody[] = [
  ...begin,
  failed(17),
  failed(18),
  progress,
  { type: 'step_summary', step: 'main', summary },
  { type: 'step_status', step: 'main', status: 'Failed', error: passed },
  { type: 'job_status', status: 'Failed', error: passed },
];
const success: readonly EventBody[] = [
  ...begin,
  progress,
  { type: 'step_summary', step: 'main', summary: { ...summary, shortReturns: 0, slowest: [], errors: [] }, output: '/data/out/scores.csv' },
  { type: 'step_status', step: 'main', status: 'Completed' },
  { type: 'job_status', status: 'Completed' },
];

describe('where lines cannot be drawn over', () => {
  test('a failed run tells the first error once, its kinds, where logs are, and how to go on', () => {
    const pipe = new Pipe();
    show(pipe, failure).close();
    expect(pipe.text.split('\n')).toEqual([
      'Job job1  /home/u/.parallelrun/jobs/job1',
      'main: first error in mini-batch 17 (images/17.png (1 file)), attempt 1 on process001; will be tried again',
      '  ValueError: bad item 17 (score.py:30)',
      '',
      'Job job1  Failed in 7.0 s',
      '  main  Failed  990/1,000 mini-batches, 988 items  10 failed, 20 retries  5.0 s',
      '  main:',
      '    slowest 1 of 1,000 mini-batches:',
      '      7  12 s  process001  images/7.png (1 file)',
      '    failed attempts, commonest first:',
      '      30 × ValueError: bad item 17 (score.py:30)  first in mini-batch 17 (images/17.png (1 file))',
      '            File "score.py", line 30, in run',
      '              raise ValueError("bad item 17")',
      '      … 1 of 6 kinds',
      '      debug: prl job debug --name job1 --mini-batch 17',
      '  error: error_threshold: 10 failed items allowed, 12 failed.',
      '  logs:   /home/u/.parallelrun/jobs/job1/steps/main/logs',
      '  resume: prl job resume --name job1 --code  (with what you have mended; without --code the same code runs again)',
      '',
    ]);
  });

  test('a run that completes says what was done, in what time, and where the output is', () => {
    const pipe = new Pipe();
    show(pipe, success).close({ outputs: { scores: '/data/out/scores.csv' } });
    expect(pipe.text.split('\n').slice(2)).toEqual([
      'Job job1  Completed in 5.0 s',
      '  main  Completed  990/1,000 mini-batches, 988 items  10 failed, 20 retries  3.0 s',
      '  output scores: /data/out/scores.csv',
      '  missing: 10 mini-batches failed for good; which items: prl job failed --name job1',
      '  again:   prl job retry-failed --name job1',
      '  logs:   /home/u/.parallelrun/jobs/job1/steps/main/logs  (prl job logs --name job1)',
      '',
    ]);
  });

  test('nothing moves the cursor or colours, whatever the script says', () => {
    const pipe = new Pipe();
    const nasty = 'a\rb\x1b[2Jc\x1b]0;title\x07';
    show(pipe, [
      ...begin,
      { ...failed(1), error: { type: 'E', message: nasty, stack: nasty } } as EventBody,
      { type: 'notice', level: 'warning', message: nasty },
    ]).close();
    expect(pipe.text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f]/);
    expect(pipe.text).toContain('warning: a bc');
  });

  test('--color always colours words that say the same', () => {
    const [plain, coloured] = [new Pipe(), new Pipe()];
    show(plain, failure).close();
    show(coloured, failure, { NO_COLOR: '1' }, { color: 'always' }).close();
    expect(coloured.text).toContain('\x1b[31mFailed\x1b[39m');
    expect(coloured.text.replace(/\x1b\[\d+m/g, '')).toBe(plain.text);
  });

  test("the job's error is not said again as its step's", () => {
    const pipe = new Pipe();
    show(pipe, [
      ...begin,
      { type: 'step_status', step: 'main', status: 'Failed', error: 'The command ended with exit code 3.', exitCode: 3 },
      { type: 'job_status', status: 'Failed', error: 'Step main failed: The command ended with exit code 3.' },
    ]).close();
    expect(pipe.text.match(/error: .*/g)).toEqual(['error: Step main failed: The command ended with exit code 3.']);
    expect(pipe.text).toContain('logs:   /home/u/.parallelrun/jobs/job1/steps/main/logs/user/std_log.txt');
  });

  test('a job whose coordinator is gone says so, and how to go on', () => {
    const pipe = new Pipe();
    show(pipe, [...begin, progress]).close({ status: 'NotResponding' });
    expect(pipe.text).toContain('Job job1  NotResponding');
    expect(pipe.text).toContain('resume: prl job resume --name job1');
  });

  test('many reused steps stand in the summary as a number', () => {
    const pipe = new Pipe();
    const steps = Array.from({ length: 8 }, (_, i) => `s${i}`);
    const reused = steps
      .slice(1)
      .map((step): EventBody => ({ type: 'step_status', step, status: 'Completed', reusedFrom: `job0.${step}` }));
    const ran: EventBody = { type: 'step_status', step: 's0', status: 'Completed' };
    const why: EventBody = { type: 'step_status', step: 's0', status: 'Running', notReused: 'code: a.py changed, and 1 more' };
    show(
      pipe,
      [{ type: 'job_status', status: 'Running' }, why, ...reused, ran, { type: 'job_status', status: 'Completed' }],
      {},
      { steps },
    ).close();
    expect(pipe.text.split('\n').slice(-6)).toEqual([
      '',
      'Job job1  Completed in 10 s',
      '  s0  Completed  8.0 s  not reused: code: a.py changed, and 1 more',
      '  7 of 8 steps were reused',
      '  logs:   /home/u/.parallelrun/jobs/job1/steps  (prl job logs --name job1)',
      '',
    ]);
    expect(pipe.text).toContain('s7  Completed  reused from job0.s7');
  });

  test('an interrupted job that has not ended leaves no summary', () => {
    const pipe = new Pipe();
    show(pipe, [...begin, progress]).close();
    expect(pipe.text).toBe('Job job1  /home/u/.parallelrun/jobs/job1\n');
  });

  test('the state is printed on request', () => {
    const pipe = new Pipe();
    const display = show(pipe, [...begin, progress]);
    display.printState();
    expect(pipe.text).toMatch(/State of job job1 at \S+\nmain {2}Running {2}1,000\/1,000 mini-batches {2}100 % {2}10 failed, 20 retries/);
    display.close();
  });
});

describe('on a terminal', () => {
  test('the live line gives way to the summary', async () => {
    const screen = new Screen(100, 30);
    const display = show(screen, [...begin, progress]);
    display.printState();
    expect((await screen.lines()).filter((text) => text.startsWith('main  Running'))).toHaveLength(2);
    display.close();

    const finished = new Screen(100, 40);
    show(finished, failure).close();
    const lines = await finished.lines();
    expect(lines.filter((text) => text.includes('Running'))).toEqual([]);
    expect(lines.at(-1)).toMatch(/^ {2}resume: prl job resume/);
  });

  test('errors are below their step, counted, and stand once in the end; all of it in ASCII where the locale says no more', async () => {
    const screen = new Screen(100, 30);
    const display = show(screen, [...begin, failed(17), failed(18), { ...progress, miniBatches: { ...counts, done: 490 } } as EventBody]);
    display.printState();
    // As lines that stay, and as the live region.
    const lines = (await screen.lines()).slice(2);
    expect(lines[1]).toBe('  2 x ValueError: bad item 17 (score.py:30)  first in mini-batch 17 (images/17.png (1 file))');
    expect(lines[5]).toMatch(/^main {2}Running {2}500\/1,000 {2}\[####----\] {2}50 % {2}10 failed, 20 retries/);
    expect(lines.slice(6)).toEqual(lines.slice(1, 5));
    display.close();
    expect(screen.written).not.toContain('first error');
    expect(screen.written).not.toMatch(/[^\x00-\x7f]/);
  });

  test('steps of a pipeline leave a line each as they end, told once', async () => {
    const screen = new Screen(100, 30);
    const steps = ['a', 'b', 'c'];
    const display = show(
      screen,
      [
        { type: 'job_status', status: 'Running' },
        { type: 'step_status', step: 'a', status: 'Completed', reusedFrom: 'job0' },
        { type: 'step_status', step: 'b', status: 'Running' },
        { type: 'step_status', step: 'b', status: 'Failed', exitCode: 3 },
        { type: 'step_status', step: 'c', status: 'NotStarted', skippedBecause: 'b failed' },
      ],
      {},
      { steps },
    );
    display.close();
    expect((await screen.lines()).slice(1)).toEqual([
      'a  Completed  reused from job0',
      'b  Failed  exit code 3  1.0 s',
      'c  NotStarted  skipped: b failed',
      expect.stringMatching(/^Job job1 {2}Running {2}2 of 3 steps done, 0 running, 1 skipped, 0 waiting/),
    ]);
  });
});

describe('a start that fails', () => {
  const initFailed: EventBody = { type: 'init_failed', step: 'main', worker: 'process000', error };
  const line = 'main: process000 could not start: ValueError: bad item 17 (score.py:30)';

  test.each([
    ['is told in a line while the step goes on', [], [line]],
    [
      'is not said twice where the step ends with it',
      [{ type: 'step_status', step: 'main', status: 'Failed', error: `No worker could start.\n${error.stack}` }],
      [],
    ],
    [
      'is told where the step fails for another reason',
      [{ type: 'step_status', step: 'main', status: 'Failed', error: 'too many' }],
      [line],
    ],
  ] as const)('%s', (_, after, expected) => {
    const pipe = new Pipe();
    show(pipe, [...begin, initFailed, ...after]).close();
    expect(pipe.text.split('\n').filter((each) => each.includes('could not start: '))).toEqual(expected);
  });
});

test('a terminal that was made narrower is drawn for as it is, before its signal has come', async () => {
  const screen = new Screen(120, 40);
  const steps = ['first', 'second'].flatMap((step): EventBody[] => [
    { type: 'step_status', step, status: 'Running' },
    { ...progress, step } as EventBody,
  ]);
  const display = show(screen, [{ type: 'job_status', status: 'Running' }, ...steps], {}, { steps: ['first', 'second'] });
  display.printState();
  for (const [columns, rows] of [
    [40, 15],
    [120, 40],
    [40, 15],
  ] as const) {
    await screen.resizeUnheard(columns, rows);
    display.printState();
  }
  const lines = await screen.lines();
  // What was printed each time, and the present state.
  for (const step of ['first', 'second']) expect(lines.filter((each) => each.startsWith(step))).toHaveLength(5);
  expect(lines[0]).toMatch(/^Job job1/);
  display.close();
});
