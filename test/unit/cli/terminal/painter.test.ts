import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Painter } from '../../../../src/cli/terminal/painter.ts';
import { line, truncate } from '../../../../src/cli/terminal/text.ts';
import { Screen } from '../../../support/screen.ts';

describe('painting', () => {
  test('leaves kept lines above and the last live region below, whatever came before', async () => {
    const word = fc
      .string({ unit: fc.constantFrom('a', 'B', ' ', '計', 'é', '👍', '…'), minLength: 1, maxLength: 60 })
      .map((text) => `:${text}:`);
    const frame = fc.record({ kept: fc.array(word, { maxLength: 3 }), live: fc.array(word, { maxLength: 5 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { minLength: 1, maxLength: 12 }), fc.integer({ min: 20, max: 50 }), async (frames, width) => {
        const screen = new Screen(width, 12);
        const painter = new Painter(screen, { colour: false, unicode: true });
        for (const { kept, live } of frames)
          painter.paint(
            kept.map((text) => line(text)),
            live.map((text) => line(text)),
            width,
          );
        const expected = [...frames.flatMap(({ kept }) => kept), ...(frames.at(-1)?.live ?? []).map((text) => truncate(text, width))];
        // A wide character that does not fit at the end of a row leaves a column empty there; spaces are not what is tested.
        const visible = (lines: readonly string[]) => lines.map((text) => text.replaceAll(' ', ''));
        expect(visible(await screen.lines())).toEqual(visible(expected));
      }),
      { numRuns: 60 },
    );
  });

  test('cleans up after itself when the terminal became narrower or wider', async () => {
    const screen = new Screen(60, 20);
    const painter = new Painter(screen, { colour: true, unicode: true });
    const live = (columns: number) => painter.paint([], [line('x'.repeat(55)), line('y'.repeat(30))], columns);
    painter.paint([line('kept')], [], 60);
    live(60);
    for (const columns of [40, 25, 80, 33]) {
      await screen.resize(columns, 20);
      live(columns);
    }
    expect(await screen.lines()).toEqual(['kept', `${'x'.repeat(32)}…`, 'y'.repeat(30)]);
  });

  test('eats no line that was to stay, however the terminal is resized between two paintings', async () => {
    const text = fc.integer({ min: 1, max: 130 }).map((length) => 'abcdefghij'.repeat(13).slice(0, length));
    const frame = fc.record({
      kept: fc.array(text, { maxLength: 2 }),
      live: fc.array(text, { minLength: 1, maxLength: 4 }),
      columns: fc.constantFrom(20, 33, 60, 61, 120),
      rows: fc.constantFrom(30, 40),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { minLength: 1, maxLength: 8 }), async (frames) => {
        const screen = new Screen(60, 30);
        const painter = new Painter(screen, { colour: false, unicode: true });
        painter.paint([line('first')], [], 60);
        for (const { kept, live, columns, rows } of frames) {
          await screen.resize(columns, rows);
          painter.paint(
            kept.map((each) => line(each)),
            live.map((each) => line(each)),
            columns,
          );
        }
        const last = frames.at(-1);
        const expected = [
          'first',
          ...frames.flatMap(({ kept }) => kept),
          ...(last?.live ?? []).map((each) => truncate(each, last?.columns ?? 0)),
        ];
        expect(await screen.lines()).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  test('clears each row from its beginning: tmux keeps it joined to the next otherwise, and joins them when it becomes wider', () => {
    const screen = new Screen(40, 10);
    new Painter(screen, { colour: false, unicode: true }).paint([line('kept')], [line('one'), line('two')], 40);
    expect(screen.written.split(/[\r\n]/).slice(1, -1)).toEqual(['kept', 'one', 'two'].map((text) => `\x1b[K${text}\x1b[K`));
  });

  test('writes nothing when there is nothing to show', () => {
    const screen = new Screen(40, 10);
    new Painter(screen, { colour: false, unicode: true }).paint([], [], 40);
    expect(screen.written).toBe('');
  });
});

test('what the terminal echoes in between leaves no trace', async () => {
  const screen = new Screen(40, 10);
  const painter = new Painter(screen, { colour: false, unicode: true });
  painter.paint([], [line('main  Running')], 40);
  screen.write('^C');
  painter.paint([line('warning: Interrupted')], [line('main  Running')], 40);
  expect(await screen.lines()).toEqual(['warning: Interrupted', 'main  Running']);
});
