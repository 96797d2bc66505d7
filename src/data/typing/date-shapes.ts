/** Which texts look like dates to MLTable, and in which formats. */

const hour = String.raw`\d{1,2}`;
const seconds = String.raw`(?<seconds>:\d{1,2})`;
const fraction = String.raw`(?<fraction>\.\d{1,9})`;
const zone = String.raw`(?<zone> ?(?:Z|[Uu][Tt][Cc]|[+-]\d{2}:?\d{2}))`;
const half = '(?<half> ?[AaPp][Mm])';
const year = String.raw`(?<year>\d{4}|\d{2})`;
const yearFirst = new RegExp(
  String.raw`^(?<year>\d{4})(?<sign>[-/])(?<first>\d{1,2})\k<sign>(?<second>\d{1,2})(?:(?<gap>[T ])${hour}:\d{1,2}${seconds}${fraction}?${zone}?)?$`,
);
const yearLast = new RegExp(
  String.raw`^(?<first>\d{1,2})(?<sign>[-/])(?<second>\d{1,2})\k<sign>${year}(?:(?<gap> )${hour}:\d{1,2}${seconds}?${half}?)?$`,
);
const namedMonth = new RegExp(
  String.raw`^(?<first>\d{1,2})(?<sign>[-/])(?<name>[A-Za-z]{3})\k<sign>${year}(?:(?<gap> )${hour}:\d{1,2}(?:${seconds}${fraction}?)?)?$`,
);

export interface DateShape {
  /** With `{dm}` where the order of day and month is not known from this text. */
  readonly format: string;
  /** For `{dm}`: what this text allows. */
  readonly order?: 'day-first' | 'month-first' | 'either';
}

/** Undefined for a text that is no date to MLTable. */
export function dateShape(text: string): DateShape | undefined {
  const start = text.charCodeAt(0);
  if (start < 48 || start > 57 || text.length < 6) return undefined;
  const byYear = yearFirst.exec(text)?.groups;
  if (byYear !== undefined) {
    const { sign = '', year = '' } = byYear;
    if (Number(year) === 0) return undefined;
    return { format: `%Y${sign}%m${sign}%d${timeFormat(byYear)}` };
  }
  const named = namedMonth.exec(text)?.groups;
  if (named !== undefined) {
    const { sign = '' } = named;
    return { format: `%d${sign}%b${sign}${yearFormat(named)}${timeFormat(named)}` };
  }
  const last = yearLast.exec(text)?.groups;
  if (last === undefined) return undefined;
  const { first, second, sign = '' } = last;
  const firstIsDay = Number(first) > 12;
  const secondIsDay = Number(second) > 12;
  if (firstIsDay && secondIsDay) return undefined;
  const order = firstIsDay ? 'day-first' : secondIsDay ? 'month-first' : 'either';
  return { format: `{dm}${sign}${yearFormat(last)}${timeFormat(last)}`, order };
}

type Groups = Readonly<Record<string, string | undefined>>;

function yearFormat({ year }: Groups): string {
  return year?.length === 2 ? '%y' : '%Y';
}

function timeFormat({ gap, seconds, fraction, half, zone }: Groups): string {
  if (gap === undefined) return '';
  const hours = half === undefined ? '%H' : '%I';
  const end = half === undefined ? '' : half.startsWith(' ') ? ' %p' : '%p';
  const blank = zone?.startsWith(' ') === true ? ' ' : '';
  const offset = zone === undefined ? '' : /utc/i.test(zone) ? `${blank}UTC` : `${blank}%z`;
  return `${gap}${hours}:%M${seconds === undefined ? '' : ':%S'}${fraction === undefined ? '' : '.%f'}${end}${offset}`;
}

/** A format that ends in whole seconds and one with a fraction: writers leave a fraction of zero out. */
export function withFraction(format: string): readonly string[] {
  if (format.includes('.%f')) return [format, format.replace('.%f', '')];
  return format.includes('%S') ? [format, format.replace('%S', '%S.%f')] : [format];
}
