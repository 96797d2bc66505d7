import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Timestamp } from '../../../../src/data/timestamp.ts';
import type { AppendRowSettings } from '../../../../src/workers/protocol/messages.ts';
import { isoTime } from '../../../../src/workers/typescript/iso-time.ts';
import { rowEncoder } from '../../../../src/workers/typescript/rows.ts';

function write(settings: AppendRowSettings, rows: readonly unknown[]): { text: string; headers: string[] } {
  const headers: string[] = [];
  const first = (_question: string, answer: string) => answer;
  const encoder = rowEncoder(settings, first, (text) => headers.push(text));
  return { text: rows.map((row, position) => encoder.encode(row, position)).join(''), headers };
}

function csv(toCsv: Readonly<Record<string, unknown>>, rows: readonly unknown[]) {
  return write({ form: 'csv', toCsv }, rows);
}

describe('scalars are written as String() writes them', () => {
  test.each([
    ['a, "b"\tc', 'a, "b"\tc\n'],
    [1.5, '1.5\n'],
    [12345678901234567890n, '12345678901234567890\n'],
    [true, 'true\n'],
    [null, 'null\n'],
    [new Date(0), '1970-01-01T00:00:00.000Z\n'],
    [new Timestamp(-1, 1000), '1969-12-31T23:59:59.999001Z\n'],
    [new Timestamp(0, 1), '1970-01-01T00:00:00.000000001Z\n'],
  ])('%s', (row, line) => {
    expect(write({ form: 'text', toCsv: {} }, [row]).text).toBe(line);
  });
});

test('JSON lines: a bigint keeps its digits, a date is ISO 8601', () => {
  const { text } = write({ form: 'text', toCsv: {} }, [{ id: 12345678901234567890n, at: new Date(0), none: null }, [1, 'x']]);
  expect(text).toBe('{"id":"12345678901234567890","at":"1970-01-01T00:00:00.000Z","none":null}\n[1,"x"]\n');
});

describe('CSV', () => {
  const rows = [
    { name: 'a, b', n: 1, at: new Date(0), missing: null },
    { name: 'say "hi"', n: Number.NaN, at: null, missing: undefined },
  ];

  test('has a header once, and quotes only what needs it', () => {
    const { text, headers } = csv({}, rows);
    expect(headers).toEqual(['name,n,at,missing\n']);
    expect(text).toBe('"a, b",1,1970-01-01T00:00:00.000Z,\n"say ""hi""",,,\n');
  });

  test.each([
    [{ sep: '1', columns: ['n'] }, '"1"\n""\n'],
    [{ quoting: 3, columns: ['name'] }, 'a, b\nsay "hi"\n'],
    [{ sep: ';' }, 'a, b;1;1970-01-01T00:00:00.000Z;\n"say ""hi""";;;\n'],
    [{ columns: ['n', 'name'] }, '1,"a, b"\n,"say ""hi"""\n'],
    [{ na_rep: 'NA' }, '"a, b",1,1970-01-01T00:00:00.000Z,NA\n"say ""hi""",NA,NA,NA\n'],
    [{ quoting: 1, columns: ['n'] }, '"1"\n""\n'],
    [{ quoting: 2, columns: ['name', 'n'], quotechar: "'" }, "'a, b',1\n'say \"hi\"',\n"],
    [{ lineterminator: '\r\n', columns: ['n'] }, '1\r\n""\r\n'],
  ])('by the settings %j', (settings, text) => {
    expect(csv(settings, rows).text).toBe(text);
  });

  test('has no header when told so, and another when that is spelled out', () => {
    expect(csv({ header: false }, rows).headers).toEqual([]);
    expect(csv({ header: ['a', 'b', 'c', 'd'] }, rows).headers).toEqual(['a,b,c,d\n']);
    expect(csv({ header: true }, [[1, 2]]).headers).toEqual([]);
    expect(csv({ header: ['a', 'b'] }, [[1, 2]])).toEqual({ text: '1,2\n', headers: ['a,b\n'] });
  });

  test('takes keys in another order, and refuses a key that is no column', () => {
    expect(csv({}, [{ a: 1, b: 2 }, { b: 3, a: 4 }, { a: 5 }]).text).toBe('1,2\n4,3\n5,\n');
    expect(() => csv({}, [{ a: 1 }, { a: 1, z: 2 }])).toThrow(/element 1 .* key z, but the output's columns are a\./);
  });

  test('whatever the texts hold, a reader of RFC 4180 gets them back', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'é', ',', '"', '\n', '\r', ' ', ';', '😀') });
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1 }), (pairs) => {
        const { text } = csv(
          {},
          pairs.map(([left, right]) => ({ left, right })),
        );
        expect(parse(text)).toEqual(pairs);
      }),
    );
  });
});

test('times are written as toISOString writes them', () => {
  fc.assert(
    fc.property(fc.array(fc.date({ noInvalidDate: true })), (dates) => {
      expect(dates.map(isoTime)).toEqual(dates.map((date) => date.toISOString()));
    }),
  );
  expect(isoTime(new Date(Number.NaN))).toBe('Invalid Date');
});

function parse(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const match of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\n)/gs)) {
    row.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === '\n') rows.push(row.splice(0));
    if (rows.length > 0 && row.length === 0) row = [];
  }
  return rows;
}
