/** Reading dates by Python's `strptime` formats, as far as `Column.formats` allows them. */
import { moment } from '../timestamp.ts';

export type DateParser = (text: string) => Date | undefined;

const monthNames = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

const directives: Readonly<Record<string, string>> = {
  Y: '(?<Y>\\d{4})',
  y: '(?<y>\\d{2})',
  m: '(?<m>\\d{1,2})',
  d: '(?<d>\\d{1,2})',
  a: '(?:mon|tue|wed|thu|fri|sat|sun)',
  A: '(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)',
  b: '(?<b>[A-Za-z]{3})',
  B: '(?<B>[A-Za-z]{3,9})',
  H: '(?<H>\\d{1,2})',
  I: '(?<I>\\d{1,2})',
  M: '(?<M>\\d{1,2})',
  S: '(?<S>\\d{1,2})',
  f: '(?<f>\\d{1,9})',
  p: '(?<p>[AaPp][Mm])',
  z: '(?<z>[Zz]|[+-]\\d{2}:?\\d{2})',
};

export const knownDirectives = Object.keys(directives)
  .map((letter) => `%${letter}`)
  .join(' ');

/** The directives of a format that are not known; empty when it can be used. */
export function unknownDirectives(format: string): readonly string[] {
  return [...format.matchAll(/%(.?)/gs)]
    .map(([directive]) => directive)
    .filter((directive) => directive !== '%%' && directives[directive.slice(1)] === undefined);
}

/** A parser that tries the formats in order. `dateConstant` (`2020-01-02`) is the date where a format has none. */
export function compileDateFormats(formats: readonly string[], dateConstant?: string): DateParser {
  const expressions = formats.map((format) => ({ expression: compile(format), hasDate: /%[YymdbB]/.test(format) }));
  return (text) => {
    const trimmed = text.trim();
    for (const { expression, hasDate } of expressions) {
      const groups = expression.exec(trimmed)?.groups;
      if (groups === undefined) continue;
      const date = fromParts(groups, hasDate ? undefined : dateConstant);
      if (date !== undefined) return date;
    }
    return undefined;
  };
}

function compile(format: string): RegExp {
  const pattern = format.trim().replace(/%(.)|\s+|[\\^$.|?*+()[\]{}]/gs, (piece, letter: string | undefined) => {
    if (letter === '%') return '%';
    if (letter !== undefined) return directives[letter] ?? '(?!)';
    return /^\s/.test(piece) ? '\\s+' : `\\${piece}`;
  });
  // As in pandas, which reads by the same formats.
  return new RegExp(`^${pattern}$`, 'i');
}

type Parts = Readonly<Record<string, string | undefined>>;

function fromParts(parts: Parts, dateConstant: string | undefined): Date | undefined {
  const { Y, y, m, d, b, B, H, I, M, S, f, p, z } = parts;
  const [constantYear, constantMonth, constantDay] = (dateConstant ?? '1900-01-01').split('-').map(Number);
  const year = Y !== undefined ? Number(Y) : y !== undefined ? Number(y) + (Number(y) < 70 ? 2000 : 1900) : (constantYear ?? 1900);
  const month = m !== undefined ? Number(m) : (monthOf(b, 3) ?? monthOf(B, 9) ?? constantMonth ?? 1);
  const day = d !== undefined ? Number(d) : (constantDay ?? 1);
  const hour = hourOf(H, I, p);
  const minute = Number(M ?? 0);
  const second = Number(S ?? 0);
  if (hour === undefined || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 60) return undefined;
  const [milliseconds, nanoseconds] = f === undefined ? [0, 0] : [Number(f.slice(0, 3).padEnd(3, '0')), Number(f.slice(3).padEnd(6, '0'))];
  const date = new Date(Date.UTC(2000, month - 1, day, hour, minute, 0, milliseconds));
  date.setUTCFullYear(year, month - 1, day);
  // 31 April would have become 1 May.
  if (date.getUTCDate() !== day) return undefined;
  // A leap second is the first of the next minute.
  date.setUTCSeconds(second);
  const offset = z === undefined || z.toUpperCase() === 'Z' ? 0 : offsetOf(z);
  return offset === 0 && nanoseconds === 0 ? date : moment(date.getTime() - offset, nanoseconds);
}

function monthOf(name: string | undefined, letters: number): number | undefined {
  if (name === undefined) return undefined;
  const index = monthNames.findIndex((month) => month.slice(0, letters) === name.toLowerCase());
  return index < 0 ? 0 : index + 1;
}

function hourOf(of24: string | undefined, of12: string | undefined, half: string | undefined): number | undefined {
  if (of12 === undefined) return Number(of24 ?? 0);
  const hour = Number(of12);
  if (hour < 1 || hour > 12) return undefined;
  return (hour % 12) + (half?.toUpperCase() === 'PM' ? 12 : 0);
}

/** Milliseconds. */
function offsetOf(zone: string): number {
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}
