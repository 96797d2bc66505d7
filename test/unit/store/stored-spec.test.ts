import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { programArgumentsText } from '../../../src/language/arguments/write.ts';
import type { ComponentSpec, ParallelStep } from '../../../src/language/types.ts';
import { openStore } from '../../../src/store/store.ts';
import { restored, stored } from '../../../src/store/stored-spec.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { commandJob, jobOf, parallelStep } from '../../support/specs.ts';

const old: { readonly steps: { readonly score: Readonly<Record<string, unknown>> } } = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', '..', 'support', 'spec-of-0.1.json'), 'utf8'),
);

function score({ value }: ReturnType<typeof restored>): ParallelStep {
  return (value as { steps: { score: ParallelStep } }).steps.score;
}

test('what is stored now comes back as it is', () => {
  const spec = jobOf({ score: parallelStep({}), copy: commandJob('x').steps.main ?? parallelStep({}) });
  expect(restored(JSON.parse(JSON.stringify(stored(spec))))).toEqual({ value: JSON.parse(JSON.stringify(spec)), problems: [] });
});

test('what 0.1 stored has the present shape, and nothing else in it changes', () => {
  const found = restored({ ...old });
  expect(found.problems).toEqual([]);
  const { task, settings } = score(found);
  expect(programArgumentsText(task.programArguments)).toBe("--word ${{inputs.word}} --note 'two words' --progress_update_timeout 300");
  expect(settings.miniBatchSize).toEqual({ kind: 'number', number: 2 });
  expect(found.value).toMatchObject({ ...old, steps: { ...old.steps, score: expect.anything() } });
});

test('what a newer version stored is refused', () => {
  expect(() => restored({ format: 3 })).toThrow(/has format 3, this program knows 2/);
});

/** A store whose component was registered by 0.1. */
async function withOldComponent(component: unknown) {
  const home = join(temporaryFolder(), 'home');
  (await openStore(home)).close();
  const database = new DatabaseSync(join(home, 'store.db'));
  database
    .prepare("insert into assets (kind, name, version, tags, body, created) values ('component', 'scorer', '1', '{}', ?, '2026-01-01')")
    .run(JSON.stringify({ component }));
  database.close();
  const store = await openStore(home);
  onTestFinished(() => store.close());
  return store;
}

const oldStep = (programArguments?: string) => ({
  ...parallelStep({}),
  task: { type: 'run_function', entryScript: 'score.py', ...(programArguments === undefined ? {} : { programArguments }) },
  settings: { ...parallelStep({}).settings, miniBatchSize: undefined },
});

test('a component that 0.1 registered is used, also one inside the definition that it kept; registering it again finds the same', async () => {
  const inner = { step: oldStep('--x 1') };
  const definition = { value: { type: 'pipeline', jobs: { a: { component: inner } } }, baseDirectory: '/x' };
  const { assets } = await withOldComponent({ step: oldStep(), definition });
  const { component } = assets.resolve('component', 'scorer', { label: 'latest' });
  const present: ComponentSpec = { step: parallelStep({}) };
  expect(component.step).toEqual(present.step);
  expect(JSON.stringify(component.definition)).toContain('"programArguments":[{"kind":"script"');
  expect(assets.register({ kind: 'component', name: 'scorer', version: '1', tags: {}, component }).version).toBe('1');
});

test('a component that can not be read any more is listed and archived, and refused by name where it would be used', async () => {
  const { assets } = await withOldComponent({ step: oldStep('a$[[b ${{inputs.x}}]]c') });
  expect(assets.list('component').map(({ name }) => name)).toEqual(['scorer']);
  expect(() => assets.resolve('component', 'scorer', { version: '1' })).toThrow(
    /The component scorer, version 1, was registered by an earlier version .* register it as another version/s,
  );
  assets.archive('component', 'scorer', { version: '1' }, true);
  expect(assets.list('component')).toEqual([]);
});
