import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { capabilities, columnsOf } from '../../../../src/cli/terminal/capabilities.ts';
import { line, padEnd, padStart, render, span, truncate, widthOf } from '../../../../src/cli/terminal/text.ts';

const any = fc.string({ unit: 'grapheme', maxLength: 40 });

describe('text', () => {
  test('is never cut wider than asked, and only where it must be', () => {
    fc.assert(
      fc.property(any, fc.integer({ min: 0, max: 50 }), (text, width) => {
        const cut = truncate(text, width);
        expect(widthOf(cut)).toBeLessThanOrEqual(width);
        if (widthOf(text) <= width) expect(cut).toBe(text);
      }),
    );
  });

  test('is padded by columns, not by characters', () => {
    expect(padEnd('計算', 6)).toBe('計算  ');
    expect(padStart('計', 3)).toBe(' 計');
    expect(padEnd('e\u0301', 3)).toBe('e\u0301  ');
  });

  test('of a script cannot move the cursor, ring or colour', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '\x1b', '[', '2', 'J', '\r', '\n', '\t', '\x07', '\x9b', '\x00', ';') }),
        (text) => {
          expect(span(text).text).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
        },
      ),
    );
  });

  test('has the same letters with colour and without', () => {
    const spans = line('a ', span('bad', 'bad'), span(' faint', 'faint'));
    expect(render(spans, 80, false)).toBe('a bad faint');
    expect(render(spans, 80, true)).toBe('a \x1b[31mbad\x1b[39m\x1b[2m faint\x1b[22m');
    expect(render(spans, 4, false)).toBe('a b…');
  });
});

describe('what a stream can show', () => {
  const terminal = { isTTY: true, columns: 100, write: () => true };
  const pipe = { write: () => true };
  test.each([
    ['a terminal', terminal, {}, 'auto', { colour: true, live: true }],
    ['a pipe', pipe, {}, 'auto', { colour: false, live: false }],
    ['a dumb terminal', terminal, { TERM: 'dumb' }, 'auto', { colour: false, live: false }],
    ['NO_COLOR takes the colour, not the cursor', terminal, { NO_COLOR: '1' }, 'auto', { colour: false, live: true }],
    ['an empty NO_COLOR says nothing', terminal, { NO_COLOR: '' }, 'auto', { colour: true, live: true }],
    ['CI takes the cursor, not the colour', terminal, { CI: 'true' }, 'auto', { colour: true, live: false }],
    ['CI=false is no CI', terminal, { CI: 'false' }, 'auto', { colour: true, live: true }],
    ['--color always beats NO_COLOR and a pipe', pipe, { NO_COLOR: '1' }, 'always', { colour: true, live: false }],
    ['--color never beats FORCE_COLOR', terminal, { FORCE_COLOR: '1' }, 'never', { colour: false, live: true }],
    ['FORCE_COLOR colours a pipe', pipe, { FORCE_COLOR: '1' }, 'auto', { colour: true, live: false }],
  ] as const)('%s', (_, stream, env, choice, expected) => {
    expect(capabilities(stream, env, choice)).toMatchObject(expected);
  });

  test.each([
    ['a locale of UTF-8', { LANG: 'de_DE.UTF-8' }, true],
    ['the C locale of UTF-8', { LC_ALL: 'C.utf8' }, true],
    ['LC_ALL before LANG', { LC_ALL: 'C', LANG: 'de_DE.UTF-8' }, false],
    ['no locale', {}, false],
    ['the C locale in a terminal that could', { LANG: 'C', TERM_PROGRAM: 'tmux' }, false],
    ['Windows Terminal, which has none', { WT_SESSION: 'x' }, true],
    ['the console of the kernel', { TERM: 'linux', LANG: 'C.UTF-8' }, false],
  ])('characters beyond ASCII: %s', (_, env, expected) => {
    expect(capabilities(terminal, env).unicode).toBe(expected);
    expect(capabilities(pipe, env).unicode).toBe(true);
  });

  test('columns: what COLUMNS says, else the terminal, and no end for a pipe', () => {
    expect(columnsOf(terminal, {})).toBe(100);
    expect(columnsOf(terminal, { COLUMNS: '40' })).toBe(40);
    expect(columnsOf(terminal, { COLUMNS: 'wide' })).toBe(100);
    expect(columnsOf(pipe, { COLUMNS: '40' })).toBe(Number.POSITIVE_INFINITY);
  });
});
