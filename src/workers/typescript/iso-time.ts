import { finerDigits } from '../../data/timestamp.ts';

const dayMs = 86_400_000;
let lastDay = Number.NaN;
let lastDate = '';
const twoDigits = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'));

/** `toISOString`, ten times as fast where times of the same day follow one another, as they do in tables. Text for an invalid date too. */
export function isoTime(date: Date): string {
  const ms = date.getTime();
  const day = Math.floor(ms / dayMs);
  if (day !== lastDay) {
    if (Number.isNaN(ms)) return 'Invalid Date';
    lastDay = day;
    lastDate = new Date(ms).toISOString().slice(0, -'00:00:00.000Z'.length);
  }
  const inDay = ms - day * dayMs;
  const hours = twoDigits[Math.floor(inDay / 3_600_000)];
  const minutes = twoDigits[Math.floor(inDay / 60_000) % 60];
  const seconds = twoDigits[Math.floor(inDay / 1000) % 60];
  return `${lastDate}${hours}:${minutes}:${seconds}.${String(inDay % 1000).padStart(3, '0')}${finerDigits(date)}Z`;
}
