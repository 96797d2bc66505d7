import { describe, expect, it } from 'vitest';
import {
  Environment,
  Input,
  MpiDistribution,
  Output,
  ParallelTask,
  RequestError,
  RetrySettings,
  RunFunction,
  TensorFlowDistribution,
} from '../../../src/authoring/v2/index.ts';

describe('the parts of a job', () => {
  it.each([
    ['Input', () => new Input({ type: 'urifolder' as 'uri_folder' }), /^input\.type: Expected one of uri_file.*found "urifolder"/],
    [
      'Input, a key that is not there',
      () => new Input({ path: './in', paht: 'x' } as never),
      /^input\.paht: Unknown key "paht".*Did you mean "path"/,
    ],
    ['Output', () => new Output({ mode: 'download' as 'upload' }), /^output\.mode: Expected one of .*found "download"/],
    ['Environment', () => new Environment({ image: 3 as never }), /^environment\.image: Expected text, found 3/],
    ['RetrySettings', () => new RetrySettings({ maxRetries: -1 }), /^retrySettings\.maxRetries: Expected an integer from 0, found -1/],
    ['RunFunction', () => new RunFunction({ entryScript: '' }), /^task\.entryScript: Expected text that is not empty/],
    ['a distribution', () => new MpiDistribution({ processCountPerInstance: 0 }), /^distribution\.processCountPerInstance: .*found 0/],
  ])('%s refuses a wrong value where it is made', (_name, make, message) => {
    expect(make).toThrow(RequestError);
    expect(make).toThrow(message);
  });

  it('keeps what it was given under the names of TypeScript', () => {
    const input = new Input({ type: 'mltable', path: './in', mode: 'direct' });
    expect({ ...input }).toEqual({ type: 'mltable', path: './in', mode: 'direct' });
    expect({ ...new TensorFlowDistribution({ workerCount: 2 }) }).toEqual({ type: 'tensorflow', workerCount: 2 });
  });
});

describe('ParallelTask', () => {
  const task = () => new RunFunction({ code: './src', entryScript: 'score.py', programArguments: '--x 1' });

  it('is a mapping with the keys of YAML', () => {
    expect(task().keys()).toEqual(['type', 'code', 'entry_script', 'program_arguments', 'model', 'append_row_to', 'environment']);
    expect(task().values().slice(0, 5)).toEqual(['run_function', './src', 'score.py', '--x 1', undefined]);
    expect(task().items()).toContainEqual(['entry_script', 'score.py']);
    expect(task().get('entry_script')).toBe('score.py');
    expect(task().get('model')).toBeUndefined();
    expect([task().get('model', 'none'), task().get('modle', 'none')]).toEqual([undefined, 'none']);
    expect(task().hasKey('code')).toBe(true);
    expect(task().hasKey('entryScript')).toBe(false);
  });

  it('takes several values at once, or none of them', () => {
    const changed = task();
    changed.update({ entry_script: 'other.py', append_row_to: '${{outputs.rows}}' });
    expect([changed.entryScript, changed.appendRowTo]).toEqual(['other.py', '${{outputs.rows}}']);
    expect(() => changed.update({ entry_script: 'third.py', program_arguments: 5 as never })).toThrow(
      /task\.programArguments: Expected text, found 5/,
    );
    expect(changed.entryScript).toBe('other.py');
  });

  it('is also a model that is scored without a script', () => {
    const model = new ParallelTask({ type: 'model', model: '${{inputs.model}}' });
    expect([model.type, model.model, model.entryScript]).toEqual(['model', '${{inputs.model}}', undefined]);
  });
});
