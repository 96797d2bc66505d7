/** What the `mltable` library reads, and what TypeScript's reader reads of the same folders. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { differences, expectedOutcome, mltableCases } from '../../cases/mltable/index.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { comparable, layOut, planCase, readInTypeScript } from '../../support/mltable-cases.ts';

describe('an MLTable is read as the library reads it, or as docs/data.md says', () => {
  test.each(mltableCases)('$name', async (one) => {
    const root = temporaryFolder();
    await layOut(one, root);
    const planned = await planCase(root, temporaryFolder());
    const ours = 'error' in planned ? planned : await readInTypeScript(planned, root);
    expect(comparable(ours)).toEqual(comparable(expectedOutcome(one.name)));
  });
});

test('every difference has its row in docs/data.md', () => {
  const rows = readFileSync(join(import.meta.dirname, '../../../docs/data.md'), 'utf8').split('\n');
  const reasons = new Set(Object.values(differences).map(({ why }) => why));
  expect([...reasons].filter((why) => why === '' || !rows.some((row) => row.startsWith(`| ${why}`)))).toEqual([]);
});

test('no difference is listed of a case that is gone', () => {
  const names = new Set(mltableCases.map(({ name }) => name));
  expect(Object.keys(differences).filter((name) => !names.has(name))).toEqual([]);
});
