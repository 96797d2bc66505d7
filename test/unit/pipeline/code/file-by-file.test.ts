import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { atOnce, type Handled, watched } from '../../../../src/pipeline/code/file-by-file.ts';
import { temporaryFolder } from '../../../support/folder.ts';

function* files(source: string, count: number): Generator<Handled, string> {
  for (let handled = 0; handled < count; handled += 1) yield { source };
  return 'done';
}

test('work without an end stops when it is asked to, and its own ending is carried out', async () => {
  const file = join(temporaryFolder(), 'a');
  writeFileSync(file, 'x');
  const stop = new AbortController();
  const work = watched(files(file, Number.POSITIVE_INFINITY), stop.signal, () => {});
  // Others have their turn meanwhile: this timer, or a Ctrl-C.
  setTimeout(() => stop.abort(new Error('asked')), 1);
  await expect(work).rejects.toThrow('asked');
  let ended = false;
  function* tidy(): Generator<Handled, string> {
    try {
      return yield* files(file, Number.POSITIVE_INFINITY);
    } finally {
      ended = true;
    }
  }
  await expect(watched(tidy(), AbortSignal.abort(new Error('before')), () => {})).rejects.toThrow('before');
  expect(ended).toBe(true);
});

test('work that ends gives its result, watched or not', async () => {
  const file = join(temporaryFolder(), 'a');
  writeFileSync(file, 'x');
  expect(atOnce(files(file, 3))).toBe('done');
  expect(await watched(files(file, 3), new AbortController().signal, () => {})).toBe('done');
});
