import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dumpComponent, dumpJob, jobFromObject, loadComponent, loadJob } from '../../../src/language/index.ts';
import { folderWith, SURROUNDINGS } from '../../support/job-files.ts';
import { validJob } from '../../support/valid-jobs.ts';

/** Without what says where it was read from. */
function contents(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(contents);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'source')
      .map(([key, inner]) => [key, contents(inner)]),
  );
}

test('what was dumped loads back to the same spec', async () => {
  const folder = folderWith(SURROUNDINGS);
  const file = join(folder, 'job.yml');
  await fc.assert(
    fc.asyncProperty(validJob, fc.boolean(), async (value, relative) => {
      const { spec } = jobFromObject(value, { baseDirectory: folder });
      writeFileSync(file, dumpJob(spec, relative ? { directory: folder } : {}));
      expect(contents((await loadJob(file)).spec)).toEqual(contents(spec));
    }),
    { numRuns: 120 },
  );
});

test('paths are relative to the given folder, so that it can be moved', () => {
  const folder = folderWith(SURROUNDINGS);
  const job = {
    type: 'parallel',
    inputs: { d: { path: './in' } },
    input_data: '${{inputs.d}}',
    task: { code: './src', entry_script: 'score.py' },
  };
  const { spec } = jobFromObject(job, { baseDirectory: folder });
  expect(dumpJob(spec, { directory: folder })).not.toContain(folder);
  expect(dumpJob(spec)).toContain(join(folder, 'src'));
});

test('settings without a key of their own go into the arguments', () => {
  const folder = folderWith(SURROUNDINGS);
  const job = {
    type: 'parallel',
    inputs: { d: { path: './in' } },
    input_data: '${{inputs.d}}',
    task: { code: './src', entry_script: 'score.py', program_arguments: '--x 1' },
  };
  const { spec } = jobFromObject(job, { baseDirectory: folder });
  const main = spec.steps.main;
  if (main?.type !== 'parallel') throw new Error('expected a parallel step');
  const changed = { ...spec, steps: { main: { ...main, settings: { ...main.settings, allowedFailedPercent: 30 } } } };
  expect(dumpJob(changed)).toContain('program_arguments: --x 1 --allowed_failed_percent 30');
});

test('a component is dumped with what it declares', async () => {
  const folder = folderWith({
    ...SURROUNDINGS,
    'c.yml':
      'type: command\nname: c\nversion: 1.0\ninputs: { x: { type: integer, min: 1, default: 2 } }\noutputs: { o: { type: mltable } }\ncommand: ls ${{inputs.x}}\ncode: ./src\nadditional_includes: [./env.yml]\n',
  });
  const { spec } = await loadComponent(join(folder, 'c.yml'));
  writeFileSync(join(folder, 'again.yml'), dumpComponent(spec, { directory: folder }));
  const again = (await loadComponent(join(folder, 'again.yml'))).spec;
  expect(contents({ ...again.step, component: { ...again.step.component, file: '' } })).toEqual(
    contents({ ...spec.step, component: { ...spec.step.component, file: '' } }),
  );
});
