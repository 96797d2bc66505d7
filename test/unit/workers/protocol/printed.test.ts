import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutLine, deathLine, type Piece, type PrintStream, piecesOf } from '../../../../src/workers/protocol/printed.ts';

const text = (pieces: Iterable<Piece>) =>
  [...pieces].map(({ stream, start, end, miniBatch }) => `${miniBatch ?? '-'} ${stream} ${start}-${end}`);

const done = (index: number, printed: string) =>
  `2026-01-01T00:00:00.000Z mini-batch ${index} attempt 1: 1 items, 1 ok, 0 failed, 0.001 s, run 0.001 s${printed}`;

test('what was printed in between belongs to no mini-batch', () => {
  const lines = [
    '2026-01-01T00:00:00.000Z init(), stdout 0-10',
    done(3, ', stdout 10-20, stderr 0-5'),
    done(4, ''),
    done(5, ', stderr 5-7'),
    done(3, ', stdout 25-30'),
  ];
  expect(text(piecesOf(lines, { stdout: 33, stderr: 7 }))).toEqual([
    '- stdout 0-10',
    '3 stdout 10-20',
    '3 stderr 0-5',
    '5 stderr 5-7',
    '- stdout 20-25',
    '3 stdout 25-30',
    '- stdout 30-33',
  ]);
});

test('a mini-batch in which the worker ended has what was printed last', () => {
  const lines = [done(0, ', stdout 0-4'), `2026-01-01T00:00:00.000Z ${deathLine(1, 2, { stdout: 9, stderr: 3 })}`];
  expect(text(piecesOf(lines, { stdout: 12, stderr: 3 }))).toEqual(['0 stdout 0-4', '1 stdout 4-9', '1 stderr 0-3', '- stdout 9-12']);
});

test('where no places are named, it is all of stdout and then all of stderr', () => {
  expect(text(piecesOf([done(0, ''), done(1, '')], { stdout: 4, stderr: 2 }))).toEqual(['- stdout 0-4', '- stderr 0-2']);
  expect(text(piecesOf([], { stdout: 0, stderr: 0 }))).toEqual([]);
});

test('places that were named before a log was cut are found again', () => {
  const lines = [
    done(0, ', stdout 0-50'),
    done(1, ', stdout 50-150'),
    done(2, ', stdout 150-190'),
    `2026-01-01T00:00:00.000Z ${cutLine('stdout', 60, 160, 70)}`,
    done(3, ', stdout 100-120'),
  ];
  expect(text(piecesOf(lines, { stdout: 120, stderr: 0 }))).toEqual([
    '0 stdout 0-50',
    '1 stdout 50-70',
    '2 stdout 70-100',
    '3 stdout 100-120',
  ]);
});

test('every byte comes once and in order, whatever the log of mini-batches says', () => {
  const place = fc.nat(40);
  const line = fc.oneof(
    fc
      .tuple(fc.nat(5), fc.option(place), place, fc.option(place), place)
      .map(([index, a, b, c, d]) => done(index, `, stdout ${a ?? ''}-${b}, stderr ${c ?? ''}-${d}`)),
    fc.tuple(place, place, place).map(([a, b, c]) => `x ${cutLine('stdout', a, a + b, a + c)}`),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(line), place, place, (lines, stdout, stderr) => {
      const pieces = [...piecesOf(lines, { stdout, stderr })];
      const sizes: Record<PrintStream, number> = { stdout, stderr };
      for (const stream of ['stdout', 'stderr'] as const) {
        let at = 0;
        for (const piece of pieces.filter((each) => each.stream === stream)) {
          expect(piece.start).toBe(at);
          expect(piece.end).toBeGreaterThan(piece.start);
          at = piece.end;
        }
        expect(at).toBe(sizes[stream]);
      }
    }),
  );
});
