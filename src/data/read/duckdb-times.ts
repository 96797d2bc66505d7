/** DuckDB's own classes for dates and times, as moments. */
import { moment } from '../timestamp.ts';
import { DataError } from './data-error.ts';

/** Since 1970, in UTC; days and seconds are whole. */
export type DuckDBTime =
  | { readonly days: number }
  | { readonly seconds: bigint }
  | { readonly millis: bigint }
  | { readonly micros: bigint }
  | { readonly nanos: bigint };

/** @throws DataError where a Date cannot hold it: after the year 275760, or infinite */
export function momentOf(time: DuckDBTime): Date {
  if ('micros' in time) return fromParts(time.micros, 1000);
  if ('nanos' in time) return fromParts(time.nanos, 1_000_000);
  return checked(
    'days' in time ? new Date(time.days * 86_400_000) : new Date(Number('millis' in time ? time.millis : time.seconds * 1000n)),
  );
}

/** @param parts of a millisecond */
function fromParts(time: bigint, parts: number): Date {
  const whole = Number(time);
  let rest = whole % parts;
  let milliseconds = (whole - rest) / parts;
  if (!Number.isSafeInteger(whole)) {
    rest = Number(time % BigInt(parts));
    milliseconds = Number(time / BigInt(parts));
  }
  // Both were cut off towards zero.
  if (rest < 0) {
    rest += parts;
    milliseconds -= 1;
  }
  return checked(moment(milliseconds, rest * (1_000_000 / parts)));
}

function checked(date: Date): Date {
  if (!Number.isNaN(date.getTime())) return date;
  throw new DataError(
    'A time of the file is infinite, or so far away that a Date cannot hold it. drop_columns in an MLTable leaves its column out.',
  );
}
