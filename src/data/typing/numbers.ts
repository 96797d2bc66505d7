/** The spellings of numbers that pandas and MLTable agree on. */
export const integerText = /^[ \t-\r]*[+-]?\d+[ \t-\r]*$/;
export const floatText = /^[ \t-\r]*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[ \t-\r]*$/;
export const infinityText = /^[ \t-\r]*[+-]?inf(?:inity)?[ \t-\r]*$/i;
export const notANumberText = /^[ \t-\r]*[+-]?nan[ \t-\r]*$/i;

const int64 = { least: -(2n ** 63n), greatest: 2n ** 63n - 1n };
const uint64 = 2n ** 64n - 1n;

/** What a whole number needs: 53 bits, 64 with a sign, 64 without, or more. */
export type IntegerWidth = 'safe' | 'int64' | 'uint64' | 'more';

export function integerWidth(text: string): IntegerWidth {
  if (text.length <= 15) return 'safe';
  const value = BigInt(text.trim().replace(/^\+/, ''));
  if (value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)) return 'safe';
  if (value >= int64.least && value <= int64.greatest) return 'int64';
  return value > 0n && value <= uint64 ? 'uint64' : 'more';
}

/** The number that the text is, undefined when it is none. */
export function parseNumber(text: string): number | undefined {
  const value = Number(text);
  // JavaScript also takes 0x1f, and blanks for 0.
  if (value !== 0 && Number.isFinite(value) && text.charCodeAt(0) > 48) return value;
  if (floatText.test(text)) return value;
  if (infinityText.test(text)) return text.includes('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return notANumberText.test(text) ? Number.NaN : undefined;
}
