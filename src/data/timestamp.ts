/** A moment with the parts of a second that a Date has no room for. Whoever takes it for a Date has it to the millisecond. */
export class Timestamp extends Date {
  /** Beyond the millisecond: 1 to 999,999. */
  readonly nanoseconds: number;

  constructor(milliseconds: number, nanoseconds: number) {
    super(milliseconds);
    this.nanoseconds = nanoseconds;
  }

  /** With six digits of a second, or nine where it has them. */
  override toISOString(): string {
    return `${super.toISOString().slice(0, -1)}${finerDigits(this)}Z`;
  }
}

/** @param nanoseconds beyond the millisecond */
export function moment(milliseconds: number, nanoseconds: number): Date {
  return nanoseconds === 0 ? new Date(milliseconds) : new Timestamp(milliseconds, nanoseconds);
}

export function nanosecondsOf(date: Date): number {
  return date instanceof Timestamp ? date.nanoseconds : 0;
}

/** What stands behind the milliseconds of a date. */
export function finerDigits(date: Date): string {
  const digits = nanosecondsOf(date);
  if (digits === 0) return '';
  return digits % 1000 === 0 ? String(digits / 1000).padStart(3, '0') : String(digits).padStart(6, '0');
}

/** By time: negative, 0 or positive. */
export function orderOfMoments(one: Date, other: Date): number {
  return one.getTime() - other.getTime() || nanosecondsOf(one) - nanosecondsOf(other);
}

/** A moment from ISO 8601 text, as `toISOString` writes it. */
export function momentOf(iso: string): Date {
  const finer = /\.\d{3}(\d{1,6})Z$/.exec(iso)?.[1] ?? '';
  return moment(Date.parse(finer === '' ? iso : `${iso.slice(0, -finer.length - 1)}Z`), Number(finer.padEnd(6, '0')));
}
