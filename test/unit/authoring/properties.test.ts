import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { word } from '../../../src/authoring/v1/compile/words.ts';
import { loadJob, parallelRunFunction, pipeline } from '../../../src/authoring/v2/index.ts';
import { scriptArguments } from '../../../src/language/arguments/bind.ts';
import { parseProgramArguments } from '../../../src/language/arguments/parse.ts';
import { project } from './project.ts';

/** Anything but what a process cannot be given (NUL) and what the job language reads as an expression. */
const text = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((value) => !/\0|\$\{\{|\$\[\[/.test(value));

it('arguments of v1 reach the script as they were given', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(text, fc.integer())), (values) => {
      const { arguments: given } = parseProgramArguments(values.map(word).join(' '));
      expect(scriptArguments(given, () => undefined)).toEqual(values.map(String));
    }),
  );
});

it('words of a v1 command reach it as they were given', () => {
  const printable = fc.array(text, { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(printable, (values) => {
      const printed = execFileSync('bash', ['-c', `printf '%s\\0' ${values.map(word).join(' ')}`], { encoding: 'utf8' });
      expect(printed.split('\0').slice(0, -1)).toEqual(values);
    }),
    { numRuns: 20 },
  );
});

const settings = fc.record(
  {
    displayName: text,
    description: text,
    tags: fc.dictionary(fc.stringMatching(/^[a-zA-Z_]{1,8}$/), text),
    environmentVariables: fc.dictionary(fc.stringMatching(/^[a-zA-Z_]{1,8}$/), text),
    miniBatchSize: fc.oneof(fc.integer({ min: 1, max: 1e6 }), fc.constantFrom('5', '10kb', '2MB')),
    errorThreshold: fc.integer({ min: -1, max: 1000 }),
    miniBatchErrorThreshold: fc.integer({ min: -1, max: 1000 }),
    maxConcurrencyPerInstance: fc.integer({ min: 1, max: 64 }),
    instanceCount: fc.integer({ min: 1, max: 64 }),
    loggingLevel: fc.constantFrom('DEBUG', 'INFO', 'WARNING'),
    retrySettings: fc.record(
      { maxRetries: fc.integer({ min: 0, max: 9 }), timeout: fc.integer({ min: 1, max: 259_200 }) },
      { requiredKeys: [] },
    ),
    isDeterministic: fc.boolean(),
    shmSize: fc.constantFrom('2g', '512m'),
  },
  { requiredKeys: [] },
);

it('a job loads back from its dump, whatever its settings are', () => {
  const box = project();
  fc.assert(
    fc.property(settings, fc.boolean(), (given, nested) => {
      const score = parallelRunFunction({
        name: 'score',
        inputs: { data: { type: 'uri_folder', path: box.data } },
        outputs: { rows: { type: 'uri_file' } },
        inputData: '${{inputs.data}}',
        task: { code: box.code, entryScript: 'score.py', appendRowTo: '${{outputs.rows}}' },
        ...given,
      });
      const job = nested ? pipeline({ name: 'p' }, () => ({ rows: score().outputs.rows }))() : score();
      job.dump(box.path('job.yml'));
      expect(withoutSource(loadJob(box.path('job.yml')).spec)).toEqual(withoutSource(job.spec));
    }),
    { numRuns: 40 },
  );
});

function withoutSource(spec: unknown): unknown {
  return JSON.parse(JSON.stringify(spec, (key, value: unknown) => (key === 'source' ? undefined : value)));
}
