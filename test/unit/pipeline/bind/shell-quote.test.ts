import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quotingAfter, shellQuote } from '../../../../src/pipeline/bind/shell-quote.ts';

const path = fc.string({ unit: fc.constantFrom('a', '/', ' ', '"', "'", '$', '`', '\\', '!', '*', ';', '&', 'é', '(', '#') });

test('bash reads back exactly the text, wherever it stands', () => {
  const places = ['printf %s x', 'printf %s "x', "printf %s 'x", 'printf %s "it\'s "\'"\'x', 'printf %s \\"x'];
  const ends: Record<string, string> = { bare: '', double: '"', single: "'" };
  const rest = (place: string) => execFileSync('bash', ['-c', place + ends[quotingAfter(place, 'bare')]], { encoding: 'utf8' });
  const before = new Map(places.map((place) => [place, rest(place)] as const));
  fc.assert(
    fc.property(fc.constantFrom(...places), path, (place, text) => {
      const quoting = quotingAfter(place, 'bare');
      const command = place + shellQuote(text, quoting) + ends[quoting];
      expect(execFileSync('bash', ['-c', command], { encoding: 'utf8' })).toBe(before.get(place) + text);
    }),
    { numRuns: 60 },
  );
});

test('a plain path stays as it was written', () => {
  expect(shellQuote('/data/in-put/a_1.csv', 'bare')).toBe('/data/in-put/a_1.csv');
});
