import fc from 'fast-check';
import { expect, test } from 'vitest';
import { markedAddress, markOf, partedAddress, tellableAddress, wholeAddress } from '../../../src/language/address-secrets.ts';

test.each([
  ['https://acct.blob.core.windows.net/c/p?sv=1&sig=S', 'https://acct.blob.core.windows.net/c/p', { query: 'sv=1&sig=S' }],
  ['https://h/p?X-Amz-Signature=S', 'https://h/p', { query: 'X-Amz-Signature=S' }],
  ['http://me:p%40w@h:8080/a?b', 'http://h:8080/a', { query: 'b', user: 'me:p%40w' }],
  ['https://me:p@ss@h/a@b', 'https://h/a@b', { user: 'me:p@ss' }],
  ['HTTPS://h?x=1', 'HTTPS://h', { query: 'x=1' }],
  ['wasbs://c@a.blob.core.windows.net/p?sv=1&sig=S', 'wasbs://c@a.blob.core.windows.net/p', { query: 'sv=1&sig=S' }],
])('%s', (text, address, secret) => {
  expect(partedAddress(text)).toEqual({ address, secret });
  expect(wholeAddress(address, secret)).toBe(text);
});

test.each([
  './a?b=1',
  '/a@b',
  's3://b/a?sig=x',
  'https://h/a@b',
  'https://h/a?',
  'wasbs://c@a.blob.core.windows.net/what?',
  'azureml:a@latest',
  'azureml://datastores/a/paths/x?y',
])('holds no secret: %s', (text) => {
  expect(partedAddress(text)).toBeUndefined();
  expect(tellableAddress(text)).toBe(text);
});

test('what is parted can be put together again, and what may be told holds nothing of it', () => {
  const part = fc.stringMatching(/^[A-Za-z0-9%&=+:$]{6,20}$/);
  fc.assert(
    fc.property(part, part, fc.stringMatching(/^[a-z/@]*$/), (query, user, path) => {
      const text = `https://${user}@example.org/${path}?${query}`;
      const found = partedAddress(text);
      expect(wholeAddress(found?.address ?? '', found?.secret ?? {})).toBe(text);
      expect(tellableAddress(text)).toBe(`https://example.org/${path}?…`);
      expect(markOf(markedAddress(found?.address ?? '', 'jobs/a.b-c/3'))).toEqual({ address: found?.address, where: 'jobs/a.b-c/3' });
    }),
  );
});
