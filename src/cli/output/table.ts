/** Text tables for people. */
import { padEnd, span, widthOf } from '../terminal/text.ts';

/** Columns as wide as their widest cell, two spaces apart; the last one is not padded. */
export function columns(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows].map((row) => row.map((cell) => span(cell).text));
  const widths = header.map((_, i) => Math.max(...all.map((row) => widthOf(row[i] ?? ''))));
  return all
    .map((row) =>
      row
        .map((cell, i) => (i === row.length - 1 ? cell : padEnd(cell, widths[i] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** `key  value` lines, keys aligned. */
export function facts(pairs: readonly (readonly [string, string])[]): string {
  const width = Math.max(0, ...pairs.map(([key]) => widthOf(key)));
  return pairs.map(([key, value]) => `${padEnd(key, width)}  ${value}`.trimEnd()).join('\n');
}
