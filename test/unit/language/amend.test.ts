import { describe, expect, it } from 'vitest';
import { amend } from '../../../src/language/amend.ts';
import { jobFromObject } from '../../../src/language/index.ts';
import type { JobSpec } from '../../../src/language/types.ts';

const parallel = {
  type: 'parallel',
  inputs: { data: { type: 'uri_folder', path: '.' } },
  input_data: '${{inputs.data}}',
  retry_settings: { timeout: 30 },
  task: { type: 'run_function', code: import.meta.dirname, entry_script: 'amend.test.ts' },
};

async function specOf(object: object): Promise<JobSpec> {
  return (await jobFromObject(object, { baseDirectory: import.meta.dirname })).spec;
}

describe('a stored job', () => {
  it('takes settings on which no result depends, and says what they were', async () => {
    const spec = await specOf(parallel);
    const { spec: amended, amendments } = amend(spec, ['retry_settings.timeout=600', 'resources.instance_count=2', 'logging_level=DEBUG']);
    expect(amended.steps.main).toMatchObject({
      settings: { timeout: 600, loggingLevel: 'DEBUG', maxRetries: 2 },
      resources: { instanceCount: 2 },
    });
    expect(amendments).toEqual([
      { path: 'retry_settings.timeout', step: 'main', from: 30, to: 600 },
      { path: 'resources.instance_count', step: 'main', from: 1, to: 2 },
      { path: 'logging_level', step: 'main', from: 'INFO', to: 'DEBUG' },
    ]);
    expect(spec.steps.main).toMatchObject({ settings: { timeout: 30 } });
  });

  it('takes them in the step of a pipeline that is named', async () => {
    const command = { type: 'command', command: 'true' };
    const flat = await specOf({ type: 'pipeline', jobs: { inner: parallel, last: command } });
    const { inner, last } = flat.steps;
    const spec = { ...flat, steps: { outer: { type: 'pipeline', steps: { inner } }, last } } as unknown as JobSpec;
    const { spec: amended, amendments } = amend(spec, [
      'jobs.outer.jobs.inner.max_concurrency_per_instance=3',
      'jobs.last.limits.timeout=5',
    ]);
    expect(amended.steps).toMatchObject({
      outer: { steps: { inner: { settings: { maxConcurrencyPerInstance: 3 } } } },
      last: { timeout: 5 },
    });
    expect(amendments.map(({ step, from, to }) => [step, from, to])).toEqual([
      ['outer.inner', undefined, 3],
      ['last', undefined, 5],
    ]);
    expect(() => amend(spec, ['error_threshold=3'])).toThrow(/expected jobs\.STEP\.SETTING.*Steps here: outer, last/);
    expect(() => amend(spec, ['jobs.nope.error_threshold=3'])).toThrow(/no step "nope"/);
  });

  it('refuses all else, and all at once', async () => {
    const spec = await specOf(parallel);
    const wrong = ['mini_batch_size=5', 'error_treshold=1', 'retry_settings.timeout=soon', 'max_concurrency_per_instance=0', 'nothing'];
    let message = '';
    try {
      amend(spec, wrong);
    } catch (error) {
      message = String(error);
    }
    expect(message.split('\n')).toEqual([
      expect.stringMatching(
        /mini_batch_size=5: a resume does not change mini_batch_size.*What it may change: retry_settings\.max_retries, .*logging_level\.$/,
      ),
      expect.stringContaining('Did you mean "error_threshold"?'),
      expect.stringContaining('expected a number above 0, at most 259200, found "soon"'),
      expect.stringContaining('expected an integer from 1, found "0"'),
      expect.stringContaining('expected PATH=VALUE'),
    ]);
  });
});
