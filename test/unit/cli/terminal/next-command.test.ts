import { describe, expect, it } from 'vitest';
import { nextCommand } from '../../../../src/cli/terminal/next-command.ts';
import { newStep, type StepState } from '../../../../src/events/fold.ts';
import type { ScriptError } from '../../../../src/events/types.ts';

const commandAfter = (failure: ScriptError | undefined, step: Partial<StepState> = {}, status: 'Failed' | 'Canceled' = 'Failed') => {
  const failed: StepState = { ...newStep('main'), status, ...step };
  return nextCommand('j', { steps: { [failed.name]: failed } }, status, failed, failure)?.command;
};
const resume = 'prl job resume --name j';

describe('the command that helps', () => {
  it.each<[string, ScriptError | undefined, Partial<StepState>, string | undefined]>([
    ['an exception of the script', { type: 'ValueError', message: 'no' }, {}, `${resume} --code`],
    ['a command that ended with an error', undefined, { exitCode: 1 }, `${resume} --code`],
    ['an init() that failed', undefined, { initFailed: true, error: 'RuntimeError: no model' }, `${resume} --code`],
    ['a package that Python has not', undefined, { initFailed: true, error: "ModuleNotFoundError: No module named 'torch'" }, resume],
    ['a package that Node has not', undefined, { initFailed: true, error: "MissingModule: Cannot find package 'sharp' imported" }, resume],
    [
      'a file of the script’s own that is not there',
      undefined,
      { initFailed: true, error: "Error: Cannot find module './helper' imported from score.ts" },
      `${resume} --code`,
    ],
    [
      'a timeout of run(), in a step of a step',
      { type: 'Timeout', message: 'run() took longer than 60 s (retry_settings.timeout); killed' },
      { name: 'outer.score' },
      `${resume} --set jobs.outer.jobs.score.retry_settings.timeout=120`,
    ],
    [
      'a worker that the kernel killed',
      { type: 'WorkerDied', message: 'was killed (SIGKILL). Most often that is the kernel, out of memory' },
      {},
      `${resume} --set max_concurrency_per_instance=1`,
    ],
    ['data that cannot be read', { type: 'DataError', message: 'truncated' }, {}, resume],
    ['nothing that a script did', undefined, { error: 'No space left' }, resume],
    ['what would fail again', undefined, { error: 'the input is empty', lasting: true }, undefined],
  ])('after %s', (_, failure, step, expected) => {
    expect(commandAfter(failure, step)).toBe(expected);
  });

  it('after a cancel goes on with what there is, whatever had failed', () => {
    expect(commandAfter({ type: 'ValueError', message: 'no' }, {}, 'Canceled')).toBe(resume);
  });
});
