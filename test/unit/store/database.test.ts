import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openStore } from '../../../src/store/store.ts';
import { temporaryFolder } from '../../support/folder.ts';

test('a warning that comes while a store is opened is told', async () => {
  const told = once(process, 'warning');
  const opening = openStore(join(temporaryFolder(), 'home'));
  process.emitWarning('something else entirely');
  (await opening).close();
  expect((await told)[0].message).toBe('something else entirely');
});
