/** A bar that fills by eighths of a column, or by whole ones where the terminal knows no others. Pure. */

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** @param share from 0 to 1 @param width columns in all, its two ends included */
export function bar(share: number, width: number, unicode: boolean): string {
  const inside = width - 2;
  const part = Math.min(1, Math.max(0, share)) * inside;
  const full = Math.floor(part);
  if (!unicode) return `[${'#'.repeat(full).padEnd(inside, '-')}]`;
  return `▕${`${'█'.repeat(full)}${eighths[Math.floor((part - full) * 8)]}`.padEnd(inside)}▏`;
}
